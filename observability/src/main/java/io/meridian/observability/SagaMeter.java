package io.meridian.observability;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter.Type;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/** How the work that goes over several services comes to its end. */
public enum SagaMeter implements MeterDocumentation {

    /** Requests of an overtaken driver of an order, for which nothing was done. Some after a pause are no harm; many are a clock or a pool. */
    STALE_EPOCHS("stale.epochs.refused", Type.COUNTER, SagaTag.OF),

    /** What has begun and not ended, of the work that {@code %s} names, such as {@code orders}. */
    UNFINISHED("%s.unfinished", Type.GAUGE),

    /** Of what has not ended, what is older than it ever should be: 0, or a person has to look. */
    STUCK("%s.stuck", Type.GAUGE),

    /** The age of the oldest that has not ended, in seconds; 0 if there is none. */
    OLDEST("%s.unfinished.oldest", Type.GAUGE);

    private final String name;
    private final Type type;
    private final KeyName[] tags;

    SagaMeter(String name, Type type, KeyName... tags) {
        this.name = name;
        this.type = type;
        this.tags = tags;
    }

    @Override
    public String getName() {
        return name;
    }

    /** The name for the work that is called {@code work}. */
    public String nameFor(String work) {
        return name.formatted(work);
    }

    @Override
    public Type getType() {
        return type;
    }

    @Override
    public String getBaseUnit() {
        return this == OLDEST ? "seconds" : "";
    }

    @Override
    public KeyName[] getKeyNames() {
        return tags.clone();
    }

    /** The tags of these meters; each takes few values. */
    public enum SagaTag implements KeyName {

        /** What was asked for, such as {@code holds}. */
        OF("of");

        private final String name;

        SagaTag(String name) {
            this.name = name;
        }

        @Override
        public String asString() {
            return name;
        }
    }
}
