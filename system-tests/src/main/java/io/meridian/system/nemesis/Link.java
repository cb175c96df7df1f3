package io.meridian.system.nemesis;

import io.meridian.local.parts.Kafka;
import io.meridian.local.platform.Addresses;
import io.meridian.local.platform.Component;
import io.meridian.local.platform.Links;
import io.meridian.system.proxy.ProxyClient;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection between two processes of the platform, in the direction in which it is opened, with a proxy on it. The native gRPC route
 * from the gateway to the order service goes straight, because the harness's clients do not use it.
 */
public enum Link {
    CLIENT_TO_GATEWAY(null, Component.GATEWAY, Protocol.HTTP, ""),
    GATEWAY_TO_ORDER(Component.GATEWAY, Component.ORDER, Protocol.HTTP, "MERIDIAN_ORDER_HTTP"),
    GATEWAY_TO_INVENTORY(Component.GATEWAY, Component.INVENTORY, Protocol.HTTP, "MERIDIAN_INVENTORY_HTTP"),
    GATEWAY_TO_PAYMENT(Component.GATEWAY, Component.PAYMENT, Protocol.HTTP, "MERIDIAN_PAYMENT_HTTP"),
    ORDER_TO_INVENTORY(Component.ORDER, Component.INVENTORY, Protocol.GRPC, "MERIDIAN_INVENTORY_GRPC"),
    ORDER_TO_PAYMENT(Component.ORDER, Component.PAYMENT, Protocol.GRPC, "MERIDIAN_PAYMENT_GRPC"),
    ORDER_TO_POSTGRES(Component.ORDER, Component.POSTGRES, Protocol.POSTGRES, "MERIDIAN_POSTGRES"),
    INVENTORY_TO_POSTGRES(Component.INVENTORY, Component.POSTGRES, Protocol.POSTGRES, "MERIDIAN_POSTGRES"),
    PAYMENT_TO_POSTGRES(Component.PAYMENT, Component.POSTGRES, Protocol.POSTGRES, "MERIDIAN_POSTGRES"),
    ORDER_TO_KAFKA(Component.ORDER, Component.KAFKA, Protocol.KAFKA, "MERIDIAN_KAFKA"),
    INVENTORY_TO_KAFKA(Component.INVENTORY, Component.KAFKA, Protocol.KAFKA, "MERIDIAN_KAFKA"),
    PAYMENT_TO_KAFKA(Component.PAYMENT, Component.KAFKA, Protocol.KAFKA, "MERIDIAN_KAFKA"),
    GATEWAY_TO_REDIS(Component.GATEWAY, Component.REDIS, Protocol.REDIS, "MERIDIAN_REDIS_PORT"),
    INVENTORY_TO_REDIS(Component.INVENTORY, Component.REDIS, Protocol.REDIS, "MERIDIAN_REDIS_PORT");

    /** Where the proxies of an unshifted platform listen; under it are no ports of the platform's own. */
    private static final int FIRST_PORT = 7_000;

    private static final int API_PORT = FIRST_PORT + 40;
    private static final int FIRST_KAFKA_DOOR = FIRST_PORT + 50;

    private final @Nullable Component from;
    private final Component to;
    private final Protocol protocol;
    private final String variable;

    /** @param variable by which the one who connects is told where the other is */
    Link(@Nullable Component from, Component to, Protocol protocol, String variable) {
        this.from = from;
        this.to = to;
        this.protocol = protocol;
        this.variable = variable;
    }

    /** Such as {@code order-to-postgres}; also the name of its proxy. */
    public String id() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** Who connects; empty for the platform's clients. */
    public Optional<Component> from() {
        return Optional.ofNullable(from);
    }

    public Component to() {
        return to;
    }

    public Protocol protocol() {
        return protocol;
    }

    /** Where its proxy listens. */
    public int port(Addresses addresses) {
        return FIRST_PORT + addresses.offset() + ordinal();
    }

    /** Where the proxies' own API may listen. */
    public static int apiPort(Addresses addresses) {
        return API_PORT + addresses.offset();
    }

    /** A platform all of whose links go by way of their proxies. */
    public static Links proxied(Addresses addresses) {
        var environments = new EnumMap<Component, Map<String, String>>(Component.class);
        for (var link : values()) {
            link.from().ifPresent(it -> environments
                    .computeIfAbsent(it, _ -> new HashMap<>())
                    .put(link.variable, link.told(addresses)));
        }
        List<Kafka.Door> doors = Arrays.stream(values())
                .filter(it -> it.protocol == Protocol.KAFKA)
                .map(it -> new Kafka.Door(
                        it.from().orElseThrow().shortName().toUpperCase(java.util.Locale.ROOT),
                        it.kafkaDoor(addresses),
                        it.port(addresses)))
                .toList();
        return new Links(environments, doors);
    }

    /** Makes the proxies of all links. */
    public static void create(ProxyClient proxies, Addresses addresses) {
        for (var link : values()) {
            proxies.create(
                    link.id(), "127.0.0.1:" + link.port(addresses), "127.0.0.1:" + link.upstreamPort(addresses));
        }
    }

    private int upstreamPort(Addresses addresses) {
        return switch (protocol) {
            case GRPC -> addresses.grpc(to);
            case KAFKA -> kafkaDoor(addresses);
            case HTTP, POSTGRES, REDIS -> addresses.of(to);
        };
    }

    private int kafkaDoor(Addresses addresses) {
        return FIRST_KAFKA_DOOR + addresses.offset() + ordinal();
    }

    private String told(Addresses addresses) {
        return switch (protocol) {
            case HTTP -> "http://127.0.0.1:" + port(addresses);
            case REDIS -> Integer.toString(port(addresses));
            case GRPC, POSTGRES, KAFKA -> "127.0.0.1:" + port(addresses);
        };
    }
}
