package io.meridian.breaker.servlet;

import io.meridian.breaker.shedding.Refusal;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** How a request that was refused at the door is answered. A bean of this type words it as the service words its refusals. */
@FunctionalInterface
public interface RefusedRequest {

    /** A 503 with {@code Retry-After}, which the container words. */
    RefusedRequest PLAIN = (_, response, refusal) -> {
        response.setHeader("Retry-After", Long.toString(refusal.retryAfterSeconds()));
        response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    };

    /** Answers, or throws what an outer filter answers. */
    void answer(HttpServletRequest request, HttpServletResponse response, Refusal refusal)
            throws IOException, ServletException;
}
