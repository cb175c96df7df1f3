package io.meridian.testkit;

/** Where the parts come from. */
interface PartsSource {

    PostgresHandle postgres();

    KafkaHandle kafka();

    RedisHandle redis();

    /** What {@code -Dmeridian.parts} says: {@code processes}, the default, or {@code containers}. */
    static PartsSource chosen() {
        var choice = System.getProperty("meridian.parts", "processes");
        return switch (choice) {
            case "processes" -> new ProcessParts();
            case "containers" -> new ContainerParts();
            default -> throw new IllegalArgumentException("meridian.parts must be processes or containers, was " + choice);
        };
    }
}
