package io.meridian.local.platform;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A process of the platform, in the order in which they are shown. The ports are those of an unshifted platform; see
 * {@link Addresses}.
 */
public enum Component {
    POSTGRES("postgres", "PostgreSQL", false, 15432, 0, 0),
    KAFKA("kafka", "Kafka", false, 19092, 0, 0),
    REDIS("redis", "Redis", false, 16379, 0, 0),
    INVENTORY("inventory-service", "inventory-service", true, 8082, 8092, 9102),
    PAYMENT("payment-service", "payment-service", true, 8083, 8093, 9103),
    ORDER("order-service", "order-service", true, 8081, 8091, 9101),
    GATEWAY("gateway", "gateway", true, 8080, 8090, 0);

    private final String id;
    private final String title;
    private final boolean service;
    private final int port;
    private final int managementPort;
    private final int grpcPort;

    Component(String id, String title, boolean service, int port, int managementPort, int grpcPort) {
        this.id = id;
        this.title = title;
        this.service = service;
        this.port = port;
        this.managementPort = managementPort;
        this.grpcPort = grpcPort;
    }

    /** The name on the command line, in the state file, of the log file and, for a service, of its Maven module. */
    public String id() {
        return id;
    }

    public String title() {
        return title;
    }

    /** The name without {@code -service}: how others call it, and the first word of the faults that can be set on it. */
    public String shortName() {
        return id.endsWith("-service") ? id.substring(0, id.length() - "-service".length()) : id;
    }

    /** Whether this is one of the four Spring Boot services rather than something they stand on. */
    public boolean isService() {
        return service;
    }

    int port() {
        return port;
    }

    int managementPort() {
        return managementPort;
    }

    int grpcPort() {
        return grpcPort;
    }

    List<Integer> allPorts() {
        return Stream.of(port, managementPort, grpcPort).filter(it -> it > 0).toList();
    }

    public static List<Component> services() {
        return Arrays.stream(values()).filter(Component::isService).toList();
    }

    public static List<Component> parts() {
        return Arrays.stream(values()).filter(it -> !it.isService()).toList();
    }

    /** The component of this name; a service may be named without its {@code -service}. */
    public static Optional<Component> named(String name) {
        return Arrays.stream(values())
                .filter(it -> it.id.equalsIgnoreCase(name)
                        || it.id.equalsIgnoreCase(name + "-service")
                        || it.title.equalsIgnoreCase(name))
                .findFirst();
    }
}
