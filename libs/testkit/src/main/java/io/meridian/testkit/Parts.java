package io.meridian.testkit;

/**
 * The parts of this JVM, each started when it is first asked for and stopped when the JVM ends.
 *
 * <p>They are processes of this machine from published binaries; with {@code -Dmeridian.parts=containers} they are containers
 * of the public images instead, and the same tests run on them.
 */
public final class Parts {

    private Parts() {}

    /** PostgreSQL 18. */
    public static PostgresHandle postgres() {
        throw new UnsupportedOperationException();
    }

    /** Kafka 4.2. */
    public static KafkaHandle kafka() {
        throw new UnsupportedOperationException();
    }

    /** Redis. */
    public static RedisHandle redis() {
        throw new UnsupportedOperationException();
    }
}
