package io.meridian.local.parts;

/** A Kafka 4.2 broker that is its own controller, in a small JVM of its own. */
public final class Kafka extends Part {

    public Kafka(PartSettings settings) {}
}
