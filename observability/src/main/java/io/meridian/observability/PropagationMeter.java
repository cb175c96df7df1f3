package io.meridian.observability;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter.Type;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/**
 * How soon a change in one service can be read in another. The one to watch is {@link #LATENCY}, the one to be woken by {@link #STALENESS}:
 * above two seconds what is read is late.
 */
public enum PropagationMeter implements MeterDocumentation {

    /** The parts of a change's way from its commit to its readers; they add up to the whole. */
    LATENCY("propagation.latency", Type.TIMER, PropagationTag.SNAPSHOT, PropagationTag.STAGE),

    /** How old, in seconds, what is known may be; since the start, as long as nothing is known. */
    STALENESS("propagation.staleness", Type.GAUGE, PropagationTag.SNAPSHOT),

    /** 1 if everything has been said once, else 0: nothing is decided by what is known. */
    COMPLETE("propagation.complete", Type.GAUGE, PropagationTag.SNAPSHOT),

    /** Keys that were known otherwise than they are, found when everything was said again. Each is a defect. */
    DRIFT("resync.drift", Type.COUNTER, PropagationTag.SNAPSHOT),

    /** Changes that came late or twice and were not applied; a few are normal, after a stream broke. */
    STALE("propagation.stale", Type.COUNTER, PropagationTag.SNAPSHOT),

    /** Changes that were applied. */
    APPLIED("propagation.applied", Type.COUNTER, PropagationTag.SNAPSHOT),

    /** Streams that were begun; more than a few an hour mean that they break. */
    STREAMS("propagation.streams", Type.COUNTER, PropagationTag.SNAPSHOT),

    /** How many keys are known. */
    SIZE("propagation.size", Type.GAUGE, PropagationTag.SNAPSHOT),

    /** How many watch something of this service. */
    SUBSCRIBERS("propagation.subscribers", Type.GAUGE, PropagationTag.WATCHED),

    /** Subscribers that were ended because they took nothing for too long. */
    SLOW("propagation.subscribers.slow", Type.COUNTER, PropagationTag.WATCHED),

    /** Subscribers for whom there was no room. */
    REFUSED("propagation.subscribers.refused", Type.COUNTER, PropagationTag.WATCHED);

    private final String name;
    private final Type type;
    private final KeyName[] tags;

    PropagationMeter(String name, Type type, KeyName... tags) {
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
    public enum PropagationTag implements KeyName {

        /** What is known of another service, such as {@code stock}. */
        SNAPSHOT("snapshot"),

        /** {@code sent}: from the commit until the source said it; {@code received}: until it was here; {@code applied}: until it could be read. */
        STAGE("stage"),

        /** What is watched, such as {@code stock}. */
        WATCHED("watched");

        private final String name;

        PropagationTag(String name) {
            this.name = name;
        }

        @Override
        public String asString() {
            return name;
        }
    }
}
