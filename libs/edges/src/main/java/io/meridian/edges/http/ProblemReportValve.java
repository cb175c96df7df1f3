package io.meridian.edges.http;

import io.meridian.edges.Refusal;
import io.meridian.edges.ServedBy;
import io.meridian.edges.json.ProblemJson;
import java.io.IOException;
import java.util.Objects;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/**
 * Answers what Tomcat refuses by itself, before any filter sees it: a request line or header that is none, a URL that
 * cannot be decoded, headers over their limit. Tomcat would write an HTML page. There is no trace yet to name.
 */
public final class ProblemReportValve extends ErrorReportValve {

    private final ServedBy servedBy;

    public ProblemReportValve(ServedBy servedBy) {
        this.servedBy = servedBy;
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable thrown) {
        var status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        var path = Objects.requireNonNullElse(request.getRequestURI(), "");
        var refusal = Refusal.ofStatus(status, null);
        var body = ProblemJson.bytes(refusal, path, null);
        try {
            response.setHeader(ServedBy.HEADER, servedBy.value());
            refusal.headers().forEach(response::setHeader);
            response.setContentType(ProblemJson.MEDIA_TYPE);
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
            response.finishResponse();
        } catch (IOException | IllegalStateException _) {
            // the caller is gone, or somebody has begun an answer: neither leaves anything to say
        }
    }
}
