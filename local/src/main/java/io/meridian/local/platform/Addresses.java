package io.meridian.local.platform;

import io.meridian.local.parts.Ports;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Where everything listens: the platform's usual ports, all shifted by the same offset so that two platforms can run side by
 * side. Every address is on the loopback interface.
 */
public record Addresses(int offset) {

    private static final String HOST = "127.0.0.1";

    private static final int HIGHEST_PORT = Component.KAFKA.port() + 1; // its controller

    private static final int LEAST_FREE_OFFSET = 3_000;
    private static final int FREE_OFFSETS = 10_000;

    public Addresses {
        if (offset < 0 || HIGHEST_PORT + offset > 65_535) {
            throw new IllegalArgumentException(
                    "The port offset must be in 0.." + (65_535 - HIGHEST_PORT) + ", was " + offset);
        }
    }

    /**
     * Addresses where nobody listens now, for a platform that passes. All lie under the usual ephemeral ports, so that no outgoing
     * connection takes one of them.
     */
    public static Addresses free() {
        var from = ThreadLocalRandom.current().nextInt(FREE_OFFSETS);
        return IntStream.range(0, FREE_OFFSETS)
                .mapToObj(it -> new Addresses(LEAST_FREE_OFFSET + (from + it) % FREE_OFFSETS))
                .filter(Addresses::isFree)
                .findFirst()
                .orElseThrow(() -> new PlatformFailure(
                        PlatformFailure.Kind.BUSY, "There is no offset at which all ports of a platform are free."));
    }

    private boolean isFree() {
        return Arrays.stream(Component.values())
                .flatMap(it -> all(it).stream())
                .noneMatch(Ports::isTaken);
    }

    /** The main port: HTTP for a service, the wire protocol for a part. */
    public int of(Component component) {
        return component.port() + offset;
    }

    public int management(Component service) {
        return shifted(service, service.managementPort());
    }

    public int grpc(Component service) {
        return shifted(service, service.grpcPort());
    }

    /** All ports this component listens on. */
    public List<Integer> all(Component component) {
        return component.allPorts().stream().map(it -> it + offset).toList();
    }

    /** {@code host:port} of the main port. */
    public String address(Component component) {
        return HOST + ":" + of(component);
    }

    public String grpcAddress(Component service) {
        return HOST + ":" + grpc(service);
    }

    public URI http(Component service) {
        if (!service.isService()) {
            throw new IllegalArgumentException(service.title() + " does not speak HTTP");
        }
        return URI.create("http://" + address(service));
    }

    public URI managementHttp(Component service) {
        return URI.create("http://" + HOST + ":" + management(service));
    }

    private int shifted(Component service, int port) {
        if (port == 0) {
            throw new IllegalArgumentException(service.title() + " has no such port");
        }
        return port + offset;
    }
}
