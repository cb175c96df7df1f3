package io.meridian.edges.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * Renders whatever a controller throws, or Spring MVC throws before it reaches one. It writes the response itself: what
 * the caller accepts decides about answers and not about refusals, which always have the same form. A service's own
 * {@code @ExceptionHandler} goes first.
 */
public final class ProblemResolver implements HandlerExceptionResolver {

    private static final ModelAndView DONE = new ModelAndView();

    private final Refusals refusals;

    public ProblemResolver(Refusals refusals) {
        this.refusals = refusals;
    }

    @Override
    public @Nullable ModelAndView resolveException(
            HttpServletRequest request, HttpServletResponse response, @Nullable Object handler, Exception thrown) {
        if (thrown instanceof AsyncRequestNotUsableException) {
            return DONE; // the caller is gone
        }
        if (response.isCommitted()) {
            return null; // half an answer is cut off by the server, so that the caller does not take it for a whole one
        }
        try {
            refusals.write(refusals.of(thrown, request), request, response);
        } catch (IOException _) {
            return DONE; // the caller is gone
        }
        return DONE;
    }
}
