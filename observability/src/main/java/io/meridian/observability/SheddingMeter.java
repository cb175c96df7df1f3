package io.meridian.observability;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter.Type;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/**
 * What happens at the door of a service that is asked more than it can do. The one to watch is {@link #SHED} with a priority of
 * {@code critical} or {@code critical_plus}: what may be shed is not enough then, and the service is too small.
 */
public enum SheddingMeter implements MeterDocumentation {

    /** Calls that were refused at the door; nothing was done for them. */
    SHED("meridian.shedding.shed", Type.COUNTER, SheddingTag.PRIORITY, SheddingTag.REASON),

    /** How long calls that began had waited at the door; counts them as well. */
    WAIT("meridian.shedding.wait", Type.TIMER, SheddingTag.PRIORITY),

    /** Calls that work at the moment. */
    WORKING("meridian.shedding.working", Type.GAUGE),

    /** How many may at once. */
    LIMIT("meridian.shedding.limit", Type.GAUGE),

    /** Calls that wait at the moment. */
    WAITING("meridian.shedding.waiting", Type.GAUGE),

    /** Which part of the ranks of importance is let in while all places are taken: 1 unless an overload has lasted. */
    ADMITTED("meridian.shedding.admitted", Type.GAUGE);

    private final String name;
    private final Type type;
    private final KeyName[] tags;

    SheddingMeter(String name, Type type, KeyName... tags) {
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
    public enum SheddingTag implements KeyName {

        /** What the call was taken for, in lower case, such as {@code sheddable_plus}. */
        PRIORITY("priority"),

        /** Why it was refused, in lower case, such as {@code stale}. */
        REASON("reason");

        private final String name;

        SheddingTag(String name) {
            this.name = name;
        }

        @Override
        public String asString() {
            return name;
        }
    }
}
