package io.meridian.observability;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter.Type;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/** What idempotency spared. */
public enum ReplayMeter implements MeterDocumentation {

    /** Requests that were answered as an earlier one with the same key was, without doing anything again. */
    REPLAYS("idempotent.replays", Type.COUNTER, ReplayTag.OF);

    private final String name;
    private final Type type;
    private final KeyName[] tags;

    ReplayMeter(String name, Type type, KeyName... tags) {
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
    public enum ReplayTag implements KeyName {

        /** What was asked for, such as {@code orders}. */
        OF("of");

        private final String name;

        ReplayTag(String name) {
            this.name = name;
        }

        @Override
        public String asString() {
            return name;
        }
    }
}
