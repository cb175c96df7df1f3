package io.meridian.observability;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter.Type;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/** Which instances of its dependencies a service leaves alone because they do worse than the others. */
public enum InstanceMeter implements MeterDocumentation {

    /** 1 while an instance is left alone. */
    EJECTED("meridian.instance.ejected", Type.GAUGE),

    /** How often an instance began to be left alone. */
    EJECTIONS("meridian.instance.ejections", Type.COUNTER);

    private final String name;
    private final Type type;

    InstanceMeter(String name, Type type) {
        this.name = name;
        this.type = type;
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
        return InstanceTag.values();
    }

    /** The tags of these meters; what they take is settled by the configuration. */
    public enum InstanceTag implements KeyName {

        /** The service that is asked, such as {@code order}. */
        DEPENDENCY("dependency"),

        /** Where one of its instances is; {@code instance} is what Prometheus calls whom it asks. */
        ADDRESS("address");

        private final String name;

        InstanceTag(String name) {
            this.name = name;
        }

        @Override
        public String asString() {
            return name;
        }
    }
}
