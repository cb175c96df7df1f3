package io.meridian.deadline.webclient;

import io.meridian.deadline.BudgetHeader;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.Hop;
import io.meridian.deadline.Hop.Budget;
import io.meridian.deadline.Hops;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.Stage;
import io.meridian.deadline.TimeoutHeader;
import io.meridian.deadline.reactor.ReactorScope;
import java.time.Duration;
import java.util.Objects;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;

/**
 * Gives each request a part of what remains of the subscription's scope ({@link ReactorScope}), writes it into
 * {@value TimeoutHeader#NAME} and cancels the request when it is over, the reading of its body included. To stand behind whatever
 * repeats requests, so that one deadline spans all attempts.
 *
 * <ul>
 *   <li>Too little is left, or the scope is over: {@link ScopeEndedException}, and nothing is sent.
 *   <li>The scope ends, or what is kept for the way back is all that is left of it: {@link ScopeEndedException}.
 *   <li>The hop's cap is over while the scope has time: {@link java.util.concurrent.TimeoutException}, as from Reactor's own
 *       {@code timeout}.
 * </ul>
 */
public final class DeadlineExchangeFilter implements ExchangeFilterFunction {

    private final Hops hops;
    private final DeadlineListener listener;
    private final MissingDeadline missing;

    public DeadlineExchangeFilter(Hops hops, DeadlineListener listener, MissingDeadline missing) {
        this.hops = hops;
        this.listener = listener;
        this.missing = missing;
    }

    @Override
    public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
        return Mono.deferContextual(context -> {
            var scope = ReactorScope.inOrNull(context);
            if (scope == null) {
                missing.met(Stage.CALL);
                return next.exchange(request);
            }
            return within(scope, request, next);
        });
    }

    private Mono<ClientResponse> within(DeadlineScope scope, ClientRequest request, ExchangeFunction next) {
        var hop = hops.to(Objects.requireNonNullElse(request.url().getHost(), "unknown"));
        if (scope.isOver()) {
            var ending = scope.ending().orElse(Ending.EXPIRED);
            listener.stopped(Stage.CALL, ending);
            return Mono.error(new ScopeEndedException(ending, "a call to " + hop.name()));
        }
        return switch (hop.grant(scope.deadline())) {
            case Budget.Refused(var left, var least) -> Mono.error(refused(hop, left, least));
            case Budget.Granted granted -> send(new BoundedExchange(scope, hop, granted, listener), request, next);
        };
    }

    private ScopeEndedException refused(Hop hop, Duration left, Duration least) {
        listener.refusedBeforeDispatch(hop.name(), left);
        return new ScopeEndedException(
                Ending.EXPIRED,
                "a call to " + hop.name() + " needs " + least.toMillis() + " ms, and would have had "
                        + TimeoutHeader.write(left) + " ms");
    }

    private static Mono<ClientResponse> send(BoundedExchange call, ClientRequest request, ExchangeFunction next) {
        call.begin();
        var told = ClientRequest.from(request)
                .headers(headers -> headers.set(TimeoutHeader.NAME, call.header()))
                .build();
        return call.bounded(next.exchange(told))
                .doOnError(_ -> call.end())
                .doOnCancel(call::end)
                .map(response -> {
                    var headers = response.headers().asHttpHeaders();
                    BudgetHeader.read(headers.getFirst(BudgetHeader.NAME)).ifPresent(call::answered);
                    return response.mutate()
                            .body(body -> call.bounded(body).doFinally(_ -> call.end()))
                            .build();
                });
    }
}
