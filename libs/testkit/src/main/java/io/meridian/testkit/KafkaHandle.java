package io.meridian.testkit;

/** The Kafka broker of this JVM's tests; it creates no topic by itself. */
public interface KafkaHandle extends PartHandle {

    /** What clients put into {@code bootstrap.servers}. */
    default String bootstrapServers() {
        return host() + ":" + port();
    }
}
