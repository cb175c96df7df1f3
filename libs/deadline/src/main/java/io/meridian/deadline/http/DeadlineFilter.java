package io.meridian.deadline.http;

import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.Ending;
import io.meridian.deadline.Stage;
import io.meridian.deadline.TimeoutHeader;
import io.meridian.deadline.TimeoutHeader.Reading;
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
import java.util.ArrayList;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.util.WebUtils;

/**
 * Opens the scope of each request: its budget is what the caller says that it waits, and never more than the path's. The handler's
 * thread is interrupted when the deadline passes and, where the server tells ({@link Caller}), when the caller is gone.
 *
 * <ul>
 *   <li>A request whose budget is spent when it arrives is answered 504 without any work.
 *   <li>What fails after the end is answered 504 with {@value TimeoutHeader#EXPIRED}, whether it comes as an exception or as a status
 *       of 500 and more that somebody inside has worded. An answer that succeeds late is given: it is there.
 *   <li>A caller that is gone is answered nothing; the status is 499, for the logs.
 *   <li>A header that cannot be read is answered 400. At the edge, where strangers send what they like, it is counted and ignored.
 * </ul>
 *
 * <p>An asynchronous request keeps its scope: it is current in each of its dispatches, and its timeout is the deadline, to which
 * containers are true within a second only. Other threads that work for it need it {@linkplain
 * io.meridian.deadline.DeadlineScope#carrying(Runnable) carried} to them. An answer of which a part is sent already is neither
 * cut by the filter nor replaced.
 */
public final class DeadlineFilter implements Filter {

    private static final Logger log = LoggerFactory.getLogger(DeadlineFilter.class);

    private final HttpBudgets budgets;
    private final boolean edge;
    private final DeadlineListener listener;

    /** @param edge whether callers are strangers: then Envoy's and gRPC's headers count too */
    public DeadlineFilter(HttpBudgets budgets, boolean edge, DeadlineListener listener) {
        this.budgets = budgets;
        this.edge = edge;
        this.listener = listener;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!(request instanceof HttpServletRequest asked) || !(response instanceof HttpServletResponse answer)) {
            chain.doFilter(request, response);
        } else if (request.getAttribute(Serving.ATTRIBUTE) instanceof Serving serving) {
            var known = WebUtils.getNativeResponse(answer, GuardedResponse.class);
            serve(serving, asked, answer, known == null ? new GuardedResponse(asked, answer, serving) : known, chain);
        } else {
            open(asked, answer, chain);
        }
    }

    private void open(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var wished = edge
                ? TimeoutHeader.least(name -> only(request, name))
                : TimeoutHeader.read(only(request, TimeoutHeader.NAME));
        if (wished instanceof Reading.Malformed malformed) {
            listener.malformed(malformed.header());
            if (!edge) {
                Problem.malformed(malformed).write(request, response);
                return;
            }
        }
        var caller = request.getAttribute(Caller.ATTRIBUTE) instanceof Caller known ? known : null;
        var arrived = caller == null ? System.nanoTime() : caller.arrivedNanos();
        var budget = budgets.of(path(request)).of(TimeoutHeader.timeout(wished));
        var serving = new Serving(arrived, Deadline.since(arrived, budget), listener);
        var guarded = new GuardedResponse(request, response, serving);
        if (serving.scope().isOver()) {
            listener.refusedAtEntry(serving.scope().name());
            guarded.expire();
            return;
        }
        request.setAttribute(Serving.ATTRIBUTE, serving);
        serving.opened();
        if (caller != null) {
            caller.awaits(serving.scope());
        }
        serve(serving, request, guarded, guarded, chain);
    }

    /** @param answer is, or wraps, {@code guarded} */
    private void serve(
            Serving serving,
            HttpServletRequest request,
            HttpServletResponse answer,
            GuardedResponse guarded,
            FilterChain chain)
            throws IOException, ServletException {
        var goesOn = false;
        try {
            var thrown = thrownBy(serving, request, answer, chain);
            goesOn = request.isAsyncStarted();
            if (goesOn) {
                closeAtTheEndOf(request, serving);
            }
            end(serving, guarded, thrown, goesOn);
        } finally {
            if (!goesOn) {
                serving.close();
            }
        }
    }

    private static @Nullable Exception thrownBy(
            Serving serving, HttpServletRequest request, HttpServletResponse answer, FilterChain chain) {
        try {
            serving.call(() -> {
                chain.doFilter(request, answer);
                return true;
            });
            return null;
        } catch (Exception thrown) {
            return thrown;
        }
    }

    private void end(Serving serving, GuardedResponse response, @Nullable Exception thrown, boolean goesOn)
            throws IOException, ServletException {
        var ending = ending(serving, response, thrown);
        if (ending == null) {
            if (!goesOn) {
                response.sign();
            }
            rethrow(thrown);
            return;
        }
        if (!serving.isCutShort()) {
            var answering = response.isCommitted() && response.turnedBy() == null;
            listener.stopped(answering ? Stage.ANSWER : Stage.HANDLER, ending);
            serving.cutShort();
        }
        if (ending == Ending.CALLER_GONE) {
            log.atDebug()
                    .setCause(thrown)
                    .addKeyValue("status", GuardedResponse.CALLER_GONE)
                    .log("the caller is gone");
            if (!response.isCommitted()) {
                response.resetBuffer();
                response.setStatus(GuardedResponse.CALLER_GONE);
            }
        } else if (response.isCommitted()) {
            rethrow(thrown);
        } else if (thrown != null) {
            log.atDebug().setCause(thrown).addKeyValue("status", Problem.EXPIRED).log("the deadline passed");
            response.expire();
        } else {
            response.sign();
        }
    }

    /** Why there is no answer; null if there is one, or if it is not for lack of time or of a caller. */
    private static @Nullable Ending ending(Serving serving, GuardedResponse response, @Nullable Exception thrown) {
        var turned = response.turnedBy();
        return turned == null && thrown != null ? serving.lostBy(thrown) : turned;
    }

    private static void rethrow(@Nullable Exception thrown) throws IOException, ServletException {
        switch (thrown) {
            case null -> {}
            case IOException io -> throw io;
            case ServletException servlet -> throw servlet;
            case RuntimeException fault -> throw fault;
            default -> throw new ServletException(thrown);
        }
    }

    private static void closeAtTheEndOf(HttpServletRequest request, Serving serving) {
        var async = request.getAsyncContext();
        var left = Math.max(1, serving.scope().deadline().remaining().toMillis());
        var own = async.getTimeout();
        async.setTimeout(own <= 0 ? left : Math.min(own, left));
        async.addListener(new Closing(serving));
    }

    /** The header's value. One that is sent several times is read as one, which has none of the forms that are expected. */
    private static @Nullable String only(HttpServletRequest request, String name) {
        var values = request.getHeaders(name);
        if (values == null || !values.hasMoreElements()) {
            return null;
        }
        var first = values.nextElement();
        if (!values.hasMoreElements()) {
            return first;
        }
        var all = new ArrayList<>(Collections.list(values));
        all.addFirst(first);
        return String.join(", ", all);
    }

    private static String path(HttpServletRequest request) {
        return request.getRequestURI().substring(request.getContextPath().length());
    }

    private record Closing(Serving serving) implements AsyncListener {

        @Override
        public void onComplete(AsyncEvent event) {
            serving.close();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            // whoever started it answers, and the response makes that 504
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
