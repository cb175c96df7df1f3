package io.meridian.breaker.grpc;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.meridian.breaker.shedding.Priority;
import java.util.Map;
import java.util.Optional;

/**
 * What a server takes its calls for, by method: {@code Get…} and {@code List…}, which read (AIP-131 and 132), are
 * {@link Priority#SHEDDABLE_PLUS}, whatever else is {@link Priority#CRITICAL}, and a table says otherwise. Streams, which stay for long and
 * do little, and gRPC's own services, such as health and reflection, pass the door without being asked.
 */
public final class MethodPriorities {

    private static final String GRPCS_OWN = "grpc.";

    private final Map<String, Priority> methods;

    /** @param methods by full name, as in {@code payment.v1.PaymentService/Void} */
    public MethodPriorities(Map<String, Priority> methods) {
        this.methods = Map.copyOf(methods);
    }

    /** Of a call; empty if it is not asked at the door. */
    Optional<Priority> of(MethodDescriptor<?, ?> method) {
        var name = method.getFullMethodName();
        if (method.getType() != MethodType.UNARY || name.startsWith(GRPCS_OWN)) {
            return Optional.empty();
        }
        var known = methods.get(name);
        return Optional.of(known == null ? customary(name.substring(name.lastIndexOf('/') + 1)) : known);
    }

    private static Priority customary(String method) {
        return method.startsWith("Get") || method.startsWith("List") ? Priority.SHEDDABLE_PLUS : Priority.CRITICAL;
    }
}
