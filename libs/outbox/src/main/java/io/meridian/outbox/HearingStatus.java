package io.meridian.outbox;

/**
 * How one listener is doing, at one instant: what it has received and what became of it, what it has in hand, how far its commits are
 * behind. All counts since start.
 *
 * @param listener its id
 * @param received records handed over by Kafka, repetitions included
 * @param returned records given back unhandled when their partition went to another member, which receives them again
 * @param waiting records in hand that wait for a worker, or for an earlier record of their key
 * @param running records being worked on
 * @param open records whose listener came back without acknowledging them
 * @param permits records that may be worked on at once, as things are
 * @param sessions partitions assigned, each with an open scope
 * @param paused partitions that are assigned and not fetched just now
 * @param gap records finished but not committed, as the broker says, over all partitions; -1 while unknown
 * @param lag records of the assigned partitions that are not committed, as the broker says; -1 while unknown
 * @param idleMembers consumers of this instance that can never get a partition, because the topics have too few
 * @param retentionMarginSeconds how much longer the inbox remembers than the topics keep; negative is dangerous, NaN is unknown
 */
public record HearingStatus(
        String listener,
        long received,
        long applied,
        long duplicate,
        long stale,
        long parked,
        long returned,
        int waiting,
        int running,
        int open,
        int permits,
        int sessions,
        int paused,
        long gap,
        long lag,
        int idleMembers,
        double retentionMarginSeconds) {

    /** Records that are neither in hand nor accounted for: somebody acknowledged them and did nothing. Must be 0. */
    public long unaccounted() {
        return received - applied - duplicate - stale - parked - returned - waiting - running - open;
    }
}
