package io.meridian.outbox.hearing;

import io.meridian.outbox.HearingListener.Misplaced;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Compares, for each partition, up to where it is finished, up to where the broker says it is committed, and where it ends.
 *
 * @param gap records finished and not committed, over all partitions
 * @param lag records not committed, over all partitions
 * @param misplaced partitions whose committed offset is where it must not be, and by how many records
 */
record OffsetAudit(long gap, long lag, Map<TopicPartition, Finding> misplaced) {

    record Finding(Misplaced how, long records) {}

    /**
     * @param before positions up to which everything was finished before the broker was asked
     * @param after the same after that: in between, both may have moved
     * @param committed what the broker says, or where hearing began or will begin if nothing is committed
     * @param ends where partitions end
     * @param most records that may be finished and not committed
     */
    static OffsetAudit of(
            Map<TopicPartition, Long> before,
            Map<TopicPartition, Long> after,
            Map<TopicPartition, Long> committed,
            Map<TopicPartition, Long> ends,
            Set<TopicPartition> assigned,
            long most) {
        long gap = 0;
        long lag = 0;
        var misplaced = new HashMap<TopicPartition, Finding>();
        for (var partition : assigned) {
            Long known = committed.get(partition);
            Long end = ends.get(partition);
            Long finished = before.get(partition);
            Long finishedLater = after.get(partition);
            if (end != null && known != null) {
                lag += Math.max(0, end - known);
            }
            if (known == null || finished == null || finishedLater == null) {
                continue;
            }
            long behind = finished - known;
            gap += Math.max(0, behind);
            if (behind > most) {
                misplaced.put(partition, new Finding(Misplaced.BEHIND, behind));
            } else if (known > finishedLater) {
                misplaced.put(partition, new Finding(Misplaced.AHEAD, known - finishedLater));
            }
        }
        return new OffsetAudit(gap, lag, misplaced);
    }
}
