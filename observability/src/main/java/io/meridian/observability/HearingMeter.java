package io.meridian.observability;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter.Type;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/**
 * What listeners do between a poll and a commit. The ones to be woken by are {@link #UNACCOUNTED}, which must be 0, {@link #MISPLACED}, which
 * must not grow, and {@link #RETENTION_MARGIN}, which must not be negative.
 *
 * <p>Names are those of the house: {@code meridian.<subject>.<what>}, so that Prometheus has
 * {@code meridian_events_processed_total{topic,result}} and {@code meridian_event_apply_seconds_bucket{topic,type,le}}. Durations are in
 * seconds, counters end in {@code _total}, and a tag has few values.
 */
public enum HearingMeter implements MeterDocumentation {

    /** Received events by what became of them: applied, duplicate, stale or parked. */
    PROCESSED("meridian.events.processed", Type.COUNTER, HearingTag.TOPIC, HearingTag.RESULT),

    /** From when a worker began with an event to its effect, by the kind of event; with buckets at 1, 5, 10, 50 and 200 ms. */
    APPLY("meridian.event.apply", Type.TIMER, HearingTag.TOPIC, HearingTag.TYPE),

    /** Records handed over by Kafka. */
    RECEIVED("meridian.hearing.received", Type.COUNTER, HearingTag.LISTENER),

    /** Records given back unhandled because their partition went elsewhere. */
    RETURNED("meridian.hearing.returned", Type.COUNTER, HearingTag.LISTENER),

    /** Records of which nothing became though they were acknowledged: received less all that is accounted for. Must be 0. */
    UNACCOUNTED("meridian.hearing.unaccounted", Type.GAUGE, HearingTag.LISTENER),

    /** Records in hand that nobody works on yet. */
    WAITING("meridian.hearing.waiting", Type.GAUGE, HearingTag.LISTENER),

    /** Records being worked on. */
    RUNNING("meridian.hearing.running", Type.GAUGE, HearingTag.LISTENER),

    /** Records whose listener came back without acknowledging them; they hold their offsets, and in the end their partition. */
    OPEN("meridian.hearing.open", Type.GAUGE, HearingTag.LISTENER),

    /** Records that may be worked on at once, as things are. */
    PERMITS("meridian.hearing.permits", Type.GAUGE, HearingTag.LISTENER),

    /** Partitions assigned to this instance, each with an open scope. */
    SESSIONS("meridian.hearing.sessions", Type.GAUGE, HearingTag.LISTENER),

    /** Partitions that are assigned and not fetched just now, because enough is in hand. */
    PAUSED("meridian.hearing.paused", Type.GAUGE, HearingTag.LISTENER),

    /** Records finished and not committed, by the broker's word; NaN while it cannot be asked. */
    COMMIT_GAP("meridian.hearing.commit.gap", Type.GAUGE, HearingTag.LISTENER),

    /** Records not committed, by the broker's word; NaN while it cannot be asked. */
    LAG("meridian.hearing.lag", Type.GAUGE, HearingTag.LISTENER),

    /** Consumers of this instance that never get a partition: concurrency is above the number of partitions. */
    IDLE_MEMBERS("meridian.hearing.idle.members", Type.GAUGE, HearingTag.LISTENER),

    /** Seconds by which the inbox remembers longer than the topics keep; below 0 a replay has effects, NaN is unknown. */
    RETENTION_MARGIN("meridian.hearing.retention.margin", Type.GAUGE, HearingTag.LISTENER),

    /** From being told to give a partition up to having done so, by how that ended: drained, cancelled or lost. */
    GIVEN_UP("meridian.hearing.given.up", Type.TIMER, HearingTag.LISTENER, HearingTag.RESULT),

    /** Committed offsets found where they must not be, at two audits in a row: behind or ahead. */
    MISPLACED("meridian.hearing.misplaced", Type.COUNTER, HearingTag.LISTENER, HearingTag.RESULT);

    private final String name;
    private final Type type;
    private final KeyName[] tags;

    HearingMeter(String name, Type type, KeyName... tags) {
        this.name = name;
        this.type = type;
        this.tags = tags;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public Type getType() {
        return type;
    }

    @Override
    public KeyName[] getKeyNames() {
        return tags.clone();
    }

    /** The tags of these meters. */
    public enum HearingTag implements KeyName {

        /** The id of a listener. */
        LISTENER("listener"),

        /** The topic of the event, without partition. */
        TOPIC("topic"),

        /** The kind of event; only of those that a listener has understood, which are few. */
        TYPE("type"),

        /** What came of it, in lower case. */
        RESULT("result");

        private final String name;

        HearingTag(String name) {
            this.name = name;
        }

        @Override
        public String asString() {
            return name;
        }
    }
}
