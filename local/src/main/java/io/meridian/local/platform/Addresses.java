package io.meridian.local.platform;

import java.net.URI;
import java.util.List;

/**
 * Where everything listens: the platform's usual ports, all shifted by the same offset so that two platforms can run side by
 * side. Every address is on the loopback interface.
 */
public record Addresses(int offset) {

    private static final String HOST = "127.0.0.1";

    public Addresses {
        if (offset < 0 || 19092 + offset > 65535) {
            throw new IllegalArgumentException("The port offset must be in 0.." + (65535 - 19092) + ", was " + offset);
        }
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
