package io.meridian.breaker.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.meridian.breaker.Breakers;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks the breaker of a service before a call to it is begun, with what the call's deadline leaves, and tells it how the call ended
 * ({@link StatusOutcomes}). A call that is refused fails at once: with {@code UNAVAILABLE}, or with {@code DEADLINE_EXCEEDED} if its
 * time is too short, as it would be if it were tried; with a description, the {@link io.meridian.breaker.CallRejectedException} as its
 * cause, and {@code grpc-retry-pushback-ms} (gRFC A6), which is how long to wait, or -1 where waiting does not help. Nothing was sent
 * for it.
 *
 * <p>There is one breaker for each service, named by the first word of its package: {@code inventory} for
 * {@code inventory.v1.InventoryService/Hold}. Its methods share one server, its connections and its database, and so mostly fail together;
 * and a breaker learns the sooner, the more calls it sees.
 *
 * <p>Streams are not guarded, because how long they last says nothing; and gRPC's own services are not, because health is asked to learn
 * what a breaker would keep from being learnt.
 *
 * <p>Stands inside of whatever gives a call its deadline, so that a call that is refused for want of time is no call to the breaker; and
 * outside of what watches calls and of what spreads them over instances.
 */
public final class BreakerClientInterceptor implements ClientInterceptor {

    private static final String GRPCS_OWN = "grpc.";

    private final Breakers breakers;
    private final ConcurrentHashMap<String, String> names = new ConcurrentHashMap<>();

    public BreakerClientInterceptor(Breakers breakers) {
        this.breakers = breakers;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        var service = Objects.requireNonNullElse(method.getServiceName(), "unnamed");
        if (method.getType() != MethodType.UNARY || service.startsWith(GRPCS_OWN)) {
            return next.newCall(method, options);
        }
        var name = names.computeIfAbsent(service, BreakerClientInterceptor::firstWord);
        return new GuardedCall<>(breakers.named(name), method, options, next);
    }

    private static String firstWord(String service) {
        var end = service.indexOf('.');
        return (end < 0 ? service : service.substring(0, end)).toLowerCase(Locale.ROOT);
    }
}
