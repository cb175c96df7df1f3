package io.meridian.observability;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter.Type;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/**
 * What the outbox and the inbox are doing. The one to watch is {@link #PUBLISHED}: its high percentiles are how late
 * the rest of the platform learns what this service has decided. The one to be woken by is {@link #LAG}: PostgreSQL
 * keeps its log for as long as nobody reads it.
 */
public enum OutboxMeter implements MeterDocumentation {

    /** From appending an event to Kafka's acknowledgement, the rest of the transaction included; counts events as well. */
    PUBLISHED("meridian.outbox.published", Type.TIMER, OutboxTag.TOPIC),

    /** Write-ahead log that PostgreSQL keeps for the relay, in bytes; NaN while unknown. */
    LAG("meridian.outbox.lag", Type.GAUGE),

    /** What the slot may hold back before PostgreSQL gives it up, in bytes; NaN while unknown, and if there is no limit. */
    LAG_LIMIT("meridian.outbox.lag.limit", Type.GAUGE),

    /** How long something committed has been waiting to be published, at least, in seconds; 0 if nothing waits, NaN while unknown. */
    LAG_AGE("meridian.outbox.lag.age", Type.GAUGE),

    /** 1 while the lag is an alarm to the library itself ({@code meridian.outbox.relay.alarm-*}), else 0. */
    LAGGING("meridian.outbox.lagging", Type.GAUGE),

    /** Events of the table after the last one known to be published; NaN while unknown. */
    PENDING("meridian.outbox.pending", Type.GAUGE),

    /** Age of the oldest of those, in seconds; 0 if there are none, NaN while unknown. */
    OLDEST_AGE("meridian.outbox.oldest.age", Type.GAUGE),

    /** Since this instance's relay last had nothing left to confirm or confirmed something, in seconds; NaN before the first time. */
    CHECKPOINT_AGE("meridian.outbox.checkpoint.age", Type.GAUGE),

    /** Events handed to Kafka and not yet acknowledged. */
    IN_FLIGHT("meridian.outbox.in.flight", Type.GAUGE),

    /** Sessions of the relay that ended in a failure since the service started. */
    FAILURES("meridian.outbox.failures", Type.COUNTER),

    /** 1 for the state the relay is in and 0 for every other. */
    STATE("meridian.outbox.state", Type.GAUGE, OutboxTag.STATE),

    /** Received events whose effect was committed. */
    APPLIED("meridian.inbox.applied", Type.COUNTER, OutboxTag.CONSUMER),

    /** Received events whose effect had been committed before; a few are normal, after a failure somewhere. */
    DUPLICATES("meridian.inbox.duplicates", Type.COUNTER, OutboxTag.CONSUMER),

    /** Received events that were older than one about the same aggregate whose effect had been committed. */
    STALE("meridian.inbox.stale", Type.COUNTER, OutboxTag.CONSUMER),

    /** Deliveries that failed and will be tried again. */
    RETRIES("meridian.inbox.retries", Type.COUNTER, OutboxTag.TOPIC),

    /** Records given up and put on the dead-letter topic: somebody has to look at each. */
    DEAD_LETTERS("meridian.inbox.dead.letters", Type.COUNTER, OutboxTag.TOPIC);

    private final String name;
    private final Type type;
    private final KeyName[] tags;

    OutboxMeter(String name, Type type, KeyName... tags) {
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

    /** The tags of these meters; each takes few values. */
    public enum OutboxTag implements KeyName {

        /** The topic of the event, without partition. */
        TOPIC("topic"),

        /** The name under which a listener remembers what it has applied. */
        CONSUMER("consumer"),

        /** A state of the relay in lower case, such as {@code streaming}. */
        STATE("state");

        private final String name;

        OutboxTag(String name) {
            this.name = name;
        }

        @Override
        public String asString() {
            return name;
        }
    }
}
