package io.meridian.observability;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter.Type;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/**
 * How a service reaches its Redis: what a request sees as a slow answer or a refusal of somebody else, one of these names.
 *
 * <p>Connecting and its TLS handshake are counted apart from commands, because they fail for other reasons: a server that answers in a
 * tenth of a millisecond may need seconds for a handshake. The state of the breaker before it is among {@link BreakerMeter}, what was
 * read elsewhere instead {@link CacheMeter#READS} with {@code unreachable}, or {@link LimiterMeter#ALONE}.
 */
public enum RedisMeter implements MeterDocumentation {

    /** Attempts to connect that have ended, by how far they came. */
    CONNECTS("meridian.redis.connects", Type.COUNTER, RedisTag.RESULT),

    /** TLS handshakes, from an open TCP connection to their end; nothing where there is no TLS. */
    HANDSHAKES("meridian.redis.handshakes", Type.TIMER, RedisTag.RESULT),

    /** Connections that are open and may be used. */
    CONNECTIONS("meridian.redis.connections", Type.GAUGE),

    /** From sending a command to the end of its answer; what was not answered is not among these. */
    COMMANDS("meridian.redis.commands", Type.TIMER, RedisTag.COMMAND);

    private final String name;
    private final Type type;
    private final KeyName[] tags;

    RedisMeter(String name, Type type, KeyName... tags) {
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
    public enum RedisTag implements KeyName {

        /**
         * Of a connect {@code connected}, {@code unreachable} (no TCP connection), {@code handshake_failed} (refused, broken or out of
         * time) or {@code broken} (ended before it could be used); of a handshake {@code ok} or {@code failed}.
         */
        RESULT("result"),

        /** A command in lower case, such as {@code hgetall}. */
        COMMAND("command");

        private final String name;

        RedisTag(String name) {
            this.name = name;
        }

        @Override
        public String asString() {
            return name;
        }
    }
}
