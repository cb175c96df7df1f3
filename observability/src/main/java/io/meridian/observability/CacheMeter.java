package io.meridian.observability;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter.Type;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/** What the caches of a service are worth, and whether they can be reached. */
public enum CacheMeter implements MeterDocumentation {

    /** Looks into a cache, by what became of them. */
    READS("meridian.cache.reads", Type.COUNTER, CacheTag.CACHE, CacheTag.RESULT);

    private final String name;
    private final Type type;
    private final KeyName[] tags;

    CacheMeter(String name, Type type, KeyName... tags) {
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
    public enum CacheTag implements KeyName {

        /** What the cache remembers, such as {@code products}. */
        CACHE("cache"),

        /** {@code hit}, {@code miss}, or {@code unreachable}: the cache was not to be had, and the truth was read instead. */
        RESULT("result");

        private final String name;

        CacheTag(String name) {
            this.name = name;
        }

        @Override
        public String asString() {
            return name;
        }
    }
}
