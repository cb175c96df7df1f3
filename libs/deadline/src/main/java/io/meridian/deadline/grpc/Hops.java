package io.meridian.deadline.grpc;

import io.grpc.MethodDescriptor;
import io.meridian.deadline.Hop;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The ways to the neighbours, one for each, named by the first word of the package of the service that is called. */
public final class Hops {

    private final ConcurrentHashMap<String, Hop> byName = new ConcurrentHashMap<>();
    private final Function<String, Hop> settings;

    /** @param settings makes the hop of a name, when it is needed for the first time */
    public Hops(Function<String, Hop> settings) {
        this.settings = settings;
    }

    /** The hop of a call to {@code method}; {@code inventory} for {@code inventory.v1.InventoryService/Hold}. */
    public Hop to(MethodDescriptor<?, ?> method) {
        var name = name(method);
        var known = byName.get(name);
        return known != null ? known : byName.computeIfAbsent(name, settings);
    }

    private static String name(MethodDescriptor<?, ?> method) {
        var service = Objects.requireNonNullElse(method.getServiceName(), "unnamed");
        var end = service.indexOf('.');
        return (end < 0 ? service : service.substring(0, end)).toLowerCase(Locale.ROOT);
    }
}
