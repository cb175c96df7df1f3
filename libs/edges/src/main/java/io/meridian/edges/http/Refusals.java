package io.meridian.edges.http;

import io.meridian.edges.Problem;
import io.meridian.edges.Refusal;
import io.meridian.edges.TimeIsUp;
import io.meridian.edges.TraceIds;
import io.meridian.edges.json.ProblemJson;
import io.meridian.edges.web.SpringRefusals;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.context.request.async.AsyncRequestTimeoutException;

/** Decides what a servlet request is refused with, and writes it; a fault is logged here and nowhere else. */
public final class Refusals {

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    private final TraceIds traceIds;
    private final TimeIsUp timeIsUp;

    public Refusals(TraceIds traceIds, TimeIsUp timeIsUp) {
        this.traceIds = traceIds;
        this.timeIsUp = timeIsUp;
    }

    /**
     * Writes what the server refuses by a bare status, or by an exception that no filter caught, once it has dispatched
     * the request to the error page; asked for directly, that page is nothing.
     */
    public void writeDispatched(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var refusal = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable thrown
                ? of(thrown, request)
                : Refusal.ofStatus(
                        request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer status
                                ? status
                                : 404,
                        null);
        write(refusal, request, response);
    }

    /** The refusal that {@code thrown} stands for: what nobody knows is a fault of ours. */
    Refusal of(Throwable thrown, HttpServletRequest request) {
        if (thrown instanceof AsyncRequestTimeoutException) {
            return Refusal.ofStatus(504, null);
        }
        if (isTomcatsWordOnParameters(thrown)) {
            return Refusal.of(Problem.MALFORMED, "The parameters in the URL or the form cannot be decoded.");
        }
        return SpringRefusals.of(thrown).orElseGet(() -> {
            if (timeIsUp.now()) {
                return Refusal.of(Problem.DEADLINE_EXCEEDED, "The time that this request had is over.");
            }
            LOG.atError()
                    .setCause(thrown)
                    .addKeyValue("method", request.getMethod())
                    .addKeyValue("path", path(request))
                    .log("A request failed by a fault of this service");
            // Where Spring's observation of the request looks for what went wrong, so that its span shows it.
            request.setAttribute(RequestDispatcher.ERROR_EXCEPTION, thrown);
            return Refusal.internal();
        });
    }

    /** Writes it as the whole response; the response must not be committed. */
    void write(Refusal refusal, HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.resetBuffer();
        response.setStatus(refusal.status());
        refusal.headers().forEach(response::setHeader);
        response.setHeader("Cache-Control", "no-store");
        response.setContentType(ProblemJson.MEDIA_TYPE);
        var body = ProblemJson.bytes(refusal, path(request), traceIds.current());
        response.setContentLength(body.length);
        if (!"HEAD".equals(request.getMethod())) {
            response.getOutputStream().write(body);
        }
        response.flushBuffer();
    }

    private static String path(HttpServletRequest request) {
        return request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String original
                ? original
                : request.getRequestURI();
    }

    /** By name: the door does not depend on which server it is built into. */
    private static boolean isTomcatsWordOnParameters(Throwable thrown) {
        return thrown.getClass().getName().equals("org.apache.tomcat.util.http.InvalidParameterException");
    }
}
