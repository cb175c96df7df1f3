package io.meridian.local.platform;

import static java.util.Map.entry;

import java.util.HashMap;
import java.util.Map;

/** What the services are told when they start: where they listen, where the others are, who they are. */
final class ServiceEnvironment {

    /** One database per service, each owned by a role of the same name. */
    static final String DATABASE_PASSWORD = "meridian";

    private ServiceEnvironment() {}

    static Map<String, String> of(Component service, Addresses addresses, Map<String, String> additions) {
        var environment = new HashMap<>(Map.ofEntries(
                entry("MERIDIAN_BIND", "127.0.0.1"),
                entry("SERVER_PORT", Integer.toString(addresses.of(service))),
                entry("MANAGEMENT_SERVER_PORT", Integer.toString(addresses.management(service))),
                entry("MERIDIAN_POSTGRES", addresses.address(Component.POSTGRES)),
                entry("MERIDIAN_DB_PASSWORD", DATABASE_PASSWORD),
                entry("MERIDIAN_KAFKA", addresses.address(Component.KAFKA)),
                entry("MERIDIAN_REDIS_HOST", "127.0.0.1"),
                entry("MERIDIAN_REDIS_PORT", Integer.toString(addresses.of(Component.REDIS))),
                entry("MERIDIAN_ORDER_HTTP", addresses.http(Component.ORDER).toString()),
                entry("MERIDIAN_INVENTORY_HTTP", addresses.http(Component.INVENTORY).toString()),
                entry("MERIDIAN_PAYMENT_HTTP", addresses.http(Component.PAYMENT).toString()),
                entry("MERIDIAN_ORDER_GRPC", addresses.grpcAddress(Component.ORDER)),
                entry("MERIDIAN_INVENTORY_GRPC", addresses.grpcAddress(Component.INVENTORY)),
                entry("MERIDIAN_PAYMENT_GRPC", addresses.grpcAddress(Component.PAYMENT)),
                // A platform on one machine is there to be tried, faults included.
                entry("MERIDIAN_FAULTS_ENABLED", "true"),
                // glibc's default of eight arenas per core costs each JVM tens of megabytes.
                entry("MALLOC_ARENA_MAX", "2")));
        if (service != Component.GATEWAY) {
            environment.put("SPRING_GRPC_SERVER_PORT", Integer.toString(addresses.grpc(service)));
        }
        environment.putAll(additions);
        // Its own port is what no other instance has, and what it has again after a restart.
        environment.putIfAbsent("MERIDIAN_INSTANCE", service.id() + "-" + environment.get("SERVER_PORT"));
        return Map.copyOf(environment);
    }
}
