package io.meridian.observability;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter.Type;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/** What the limiters of a service let through, and whether its instances count together. */
public enum LimiterMeter implements MeterDocumentation {

    /** Requests that a limiter decided about. */
    DECISIONS("meridian.limiter.decisions", Type.COUNTER, LimiterTag.LIMITER, LimiterTag.RESULT, LimiterTag.COUNTED),

    /** 1 while this instance counts alone: a client may then get its rate from each instance. */
    ALONE("meridian.limiter.alone", Type.GAUGE, LimiterTag.LIMITER);

    private final String name;
    private final Type type;
    private final KeyName[] tags;

    LimiterMeter(String name, Type type, KeyName... tags) {
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
    public enum LimiterTag implements KeyName {

        /** What is limited, such as {@code clients}. */
        LIMITER("limiter"),

        /** {@code admitted} or {@code refused}. */
        RESULT("result"),

        /** {@code together} with all instances, or {@code alone}. */
        COUNTED("counted");

        private final String name;

        LimiterTag(String name) {
            this.name = name;
        }

        @Override
        public String asString() {
            return name;
        }
    }
}
