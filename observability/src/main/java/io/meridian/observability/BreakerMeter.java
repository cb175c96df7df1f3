package io.meridian.observability;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter.Type;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/**
 * What the adaptive breakers of a service have learnt and what they do with it ({@code daac}: deadline-aware adaptive circuit breaker).
 * Their states and the rates of their calls are published by Resilience4j's own meters, {@code resilience4j.circuitbreaker.*}.
 */
public enum BreakerMeter implements MeterDocumentation {

    /** How many calls may be in flight. */
    LIMIT("daac.limit", Type.GAUGE, BreakerTag.NAME),

    /** How many are. */
    IN_FLIGHT("daac.inflight", Type.GAUGE, BreakerTag.NAME),

    /** The latency that the limit is steered to, in seconds; 0 before anything is known. */
    TARGET("daac.target", Type.GAUGE, BreakerTag.NAME),

    /** From when on an answer counts as slow, in seconds. */
    SLOW_THRESHOLD("daac.slow.threshold", Type.GAUGE, BreakerTag.NAME),

    /** Calls that were not made, and why. */
    REJECTED("daac.rejected", Type.COUNTER, BreakerTag.NAME, BreakerTag.REASON),

    /** Calls of which is known only that they take longer than they had. */
    CENSORED("daac.censored", Type.COUNTER, BreakerTag.NAME),

    /** Calls of which nobody said how long their answer was wanted. */
    WITHOUT_DEADLINE("daac.without.deadline", Type.COUNTER, BreakerTag.NAME),

    /** The evidence that the dependency is down; 13.8 is an alarm. */
    CUSUM("daac.cusum", Type.GAUGE, BreakerTag.NAME),

    /** 1 while a service goes on reading but refuses what changes something, because what it needs for that does not work. */
    DEGRADED("meridian.degraded", Type.GAUGE, BreakerTag.PATH);

    private final String name;
    private final Type type;
    private final KeyName[] tags;

    BreakerMeter(String name, Type type, KeyName... tags) {
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
    public enum BreakerTag implements KeyName {

        /** The dependency, such as {@code payment}. */
        NAME("name"),

        /** {@code open}, {@code limit}, {@code deadline} or {@code throttle}. */
        REASON("reason"),

        /** What is refused, such as {@code placing}. */
        PATH("path");

        private final String name;

        BreakerTag(String name) {
            this.name = name;
        }

        @Override
        public String asString() {
            return name;
        }
    }
}
