package io.meridian.deadline.restclient;

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
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Gives each request a part of what remains of the scope, writes it into {@value TimeoutHeader#NAME} and has the request end with it, the
 * reading of its body included. To stand behind whatever repeats requests, so that one deadline spans all attempts.
 *
 * <ul>
 *   <li>Too little is left, or the scope is over: {@link ScopeEndedException}, and nothing is sent.
 *   <li>The scope ends, or what is kept for the way back is all that is left of it: {@link ScopeEndedException}.
 *   <li>The hop's cap is over while the scope has time: {@link java.net.SocketTimeoutException}, which clients know as a neighbour that
 *       is slow.
 * </ul>
 *
 * <p>A request is ended by interrupting its thread: the clients of the JDK, Reactor and Jetty listen to that on every thread, those
 * that read a socket themselves on virtual threads.
 */
public final class DeadlineInterceptor implements ClientHttpRequestInterceptor {

    private final Hops hops;
    private final DeadlineListener listener;
    private final MissingDeadline missing;

    public DeadlineInterceptor(Hops hops, DeadlineListener listener, MissingDeadline missing) {
        this.hops = hops;
        this.listener = listener;
        this.missing = missing;
    }

    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        var scope = DeadlineScope.currentOrNull();
        if (scope == null) {
            missing.met(Stage.CALL);
            return execution.execute(request, body);
        }
        var hop = hops.to(Objects.requireNonNullElse(request.getURI().getHost(), "unknown"));
        if (scope.isOver()) {
            var ending = scope.ending().orElse(Ending.EXPIRED);
            listener.stopped(Stage.CALL, ending);
            throw new ScopeEndedException(ending, "a call to " + hop.name());
        }
        return switch (hop.grant(scope.deadline())) {
            case Budget.Refused(var left, var least) -> throw refused(hop, left, least);
            case Budget.Granted granted ->
                send(new BoundedCall(scope, hop, granted, listener), request, body, execution);
        };
    }

    private ScopeEndedException refused(Hop hop, Duration left, Duration least) {
        listener.refusedBeforeDispatch(hop.name(), left);
        return new ScopeEndedException(
                Ending.EXPIRED,
                "a call to " + hop.name() + " needs " + least.toMillis() + " ms, and would have had "
                        + TimeoutHeader.write(left) + " ms");
    }

    private static ClientHttpResponse send(
            BoundedCall call, HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        call.begin();
        request.getHeaders().set(TimeoutHeader.NAME, call.header());
        try {
            var response = call.during(() -> execution.execute(request, body));
            BudgetHeader.read(response.getHeaders().getFirst(BudgetHeader.NAME)).ifPresent(call::answered);
            return new BoundedResponse(call, response);
        } catch (IOException | RuntimeException | Error failed) {
            call.end();
            throw failed;
        }
    }
}
