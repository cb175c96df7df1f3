package io.meridian.breaker.servlet;

import io.meridian.breaker.RemainingTime;
import io.meridian.breaker.shedding.Doorkeeper;
import io.meridian.breaker.shedding.Importance;
import io.meridian.breaker.shedding.Refusal;
import io.meridian.breaker.shedding.Shed;
import io.meridian.breaker.shedding.Visit;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;

/**
 * Asks the {@link Doorkeeper} before a request takes anything that is scarce. Whoever waits here holds its connection and its thread, which
 * should be a virtual one, and has not been read further than its head.
 *
 * <p>What a request is taken for is this server's knowledge ({@link PathPriorities}); the caller can lower it. The rest of the request is
 * {@linkplain Doorkeeper#current() its visit}. A request that goes on asynchronously keeps its place until it is complete; its later
 * dispatches are not asked again, and are no part of the visit.
 *
 * <p>Stands inside of whatever ends a request at its deadline by an interrupt, so that nobody waits in the queue for nobody.
 */
public final class SheddingFilter implements Filter {

    private final Doorkeeper doorkeeper;
    private final PathPriorities priorities;
    private final RemainingTime remaining;
    private final RefusedRequest refused;

    public SheddingFilter(
            Doorkeeper doorkeeper, PathPriorities priorities, RemainingTime remaining, RefusedRequest refused) {
        this.doorkeeper = doorkeeper;
        this.priorities = priorities;
        this.remaining = remaining;
        this.refused = refused;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!(request instanceof HttpServletRequest asked) || !(response instanceof HttpServletResponse answer)) {
            chain.doFilter(request, response);
            return;
        }
        var priority = priorities.of(asked.getMethod(), path(asked));
        if (priority.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        var importance = Importance.read(
                priority.get(), asked.getHeader(Importance.PRIORITY_HEADER), asked.getHeader(Importance.GROUP_HEADER));
        serve(importance, asked, answer, chain);
    }

    private void serve(
            Importance importance, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var visit = doorkeeper.arrive(importance, remaining.nanos());
        var goesOn = false;
        try {
            var refusal = visit.await();
            if (refusal.isPresent()) {
                refused.answer(request, response, refusal.get());
                return;
            }
            work(visit, request, response, chain);
            goesOn = request.isAsyncStarted();
            if (goesOn) {
                request.getAsyncContext().addListener(new Closing(visit));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            refused.answer(request, response, new Refusal(importance.priority(), Shed.ABANDONED, Duration.ZERO));
        } finally {
            if (!goesOn) {
                visit.close();
            }
        }
    }

    private static void work(
            Visit visit, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            visit.call(() -> {
                chain.doFilter(request, response);
                return true;
            });
        } catch (IOException | ServletException | RuntimeException thrown) {
            throw thrown;
        } catch (Exception impossible) {
            throw new ServletException(impossible);
        }
    }

    private static String path(HttpServletRequest request) {
        return request.getRequestURI().substring(request.getContextPath().length());
    }

    private record Closing(Visit visit) implements AsyncListener {

        @Override
        public void onComplete(AsyncEvent event) {
            visit.close();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            // completion follows
        }

        @Override
        public void onError(AsyncEvent event) {
            // completion follows
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }
    }
}
