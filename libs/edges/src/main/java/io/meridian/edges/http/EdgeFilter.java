package io.meridian.edges.http;

import io.meridian.edges.Refusal;
import io.meridian.edges.ServedBy;
import io.meridian.edges.ServerTiming;
import io.meridian.edges.TraceIds;
import io.meridian.edges.web.SpringRefusals;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * What every request passes on its way in and every response on its way out: the response says who served it, which
 * trace it belongs to and where its time went; a body over the limit is refused, at once if its length is announced and
 * otherwise as soon as it is seen; what an inner filter throws becomes a refusal too.
 */
public final class EdgeFilter extends OncePerRequestFilter {

    private final ServedBy servedBy;
    private final TraceIds traceIds;
    private final long maxBodyBytes;
    private final Refusals refusals;
    private final LongSupplier nanoClock;

    public EdgeFilter(
            ServedBy servedBy, TraceIds traceIds, long maxBodyBytes, Refusals refusals, LongSupplier nanoClock) {
        this.servedBy = servedBy;
        this.traceIds = traceIds;
        this.maxBodyBytes = maxBodyBytes;
        this.refusals = refusals;
        this.nanoClock = nanoClock;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var started = nanoClock.getAsLong();
        var timing = new ServerTiming();
        response.setHeader(ServedBy.HEADER, servedBy.value());
        var traceId = traceIds.current();
        if (traceId != null) {
            response.setHeader(TraceIds.HEADER, traceId);
        }
        var signed = new SignedResponse(
                response,
                () -> timing.valueWith(
                        servedBy.shortName(), Duration.ofNanos(nanoClock.getAsLong() - started)));
        if (request.getContentLengthLong() > maxBodyBytes) {
            refusals.write(Refusal.of(SpringRefusals.tooLarge()), request, signed);
        } else {
            serve(timing, new BoundedRequest(request, maxBodyBytes), signed, chain);
        }
        if (!request.isAsyncStarted()) {
            signed.sign();
        }
    }

    private void serve(
            ServerTiming timing, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            timing.during(() -> {
                chain.doFilter(request, response);
                return true;
            });
        } catch (Exception thrown) {
            if (response.isCommitted()) {
                switch (thrown) {
                    case IOException io -> throw io;
                    case ServletException servlet -> throw servlet;
                    default -> throw new ServletException(thrown);
                }
            }
            var cause = thrown instanceof ServletException && thrown.getCause() != null ? thrown.getCause() : thrown;
            refusals.write(refusals.of(cause, request), request, response);
        }
    }
}
