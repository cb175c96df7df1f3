package io.meridian.observability;

import io.micrometer.common.docs.KeyName;

/** The tags that every metric of every service carries, and under the same names the fields of every log line. */
public enum Tag implements KeyName {

    /** The service's name, such as {@code order-service}. */
    SERVICE("service"),

    /** The release that runs, such as {@code v1}. */
    VERSION("version"),

    /** {@code stable} or {@code canary}: the side of a release experiment the instance is on. */
    ARM("arm"),

    /** Where it runs, such as {@code local} or {@code production}. */
    ENVIRONMENT("environment");

    private final String name;

    Tag(String name) {
        this.name = name;
    }

    @Override
    public String asString() {
        return name;
    }
}
