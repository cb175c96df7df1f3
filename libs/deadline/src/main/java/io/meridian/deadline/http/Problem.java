package io.meridian.deadline.http;

import io.meridian.deadline.TimeoutHeader;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.slf4j.MDC;

/**
 * An answer of RFC 9457. Written by hand, because it must not need what a service may lack; in ASCII, so that the response's charset
 * does not matter.
 */
record Problem(int status, String type, String title, String detail) {

    static final int EXPIRED = 504;

    static Problem expired(String detail) {
        return new Problem(EXPIRED, "/problems/deadline-exceeded", "The deadline has passed", detail);
    }

    static Problem malformed(TimeoutHeader.Reading.Malformed header) {
        return new Problem(
                400,
                "/problems/malformed",
                "The request is malformed",
                "the header " + header.header() + " needs " + header.expected() + ", was " + header.found());
    }

    /** Instead of what stands in the buffer. Headers that were set stay, such as where to ask for what became of an order. */
    void write(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.resetBuffer();
        response.setStatus(status);
        response.setContentType("application/problem+json");
        var json = json(request.getRequestURI());
        response.setContentLength(json.length());
        try {
            response.getOutputStream().write(json.getBytes(StandardCharsets.US_ASCII));
        } catch (IllegalStateException hasWriter) {
            response.getWriter().write(json);
        }
        response.flushBuffer();
    }

    private String json(String instance) {
        var text = new StringBuilder(256).append("{\"type\":");
        quote(text, type).append(",\"title\":");
        quote(text, title).append(",\"status\":").append(status).append(",\"detail\":");
        quote(text, detail).append(",\"instance\":");
        quote(text, instance);
        var traceId = MDC.get("traceId");
        if (traceId != null && !traceId.isEmpty()) {
            quote(text.append(",\"traceId\":"), traceId);
        }
        return text.append('}').toString();
    }

    private static StringBuilder quote(StringBuilder text, String value) {
        text.append('"');
        for (var i = 0; i < value.length(); i++) {
            var letter = value.charAt(i);
            if (letter == '"' || letter == '\\') {
                text.append('\\').append(letter);
            } else if (letter < ' ' || letter > '~') {
                text.append(String.format(Locale.ROOT, "\\u%04x", (int) letter));
            } else {
                text.append(letter);
            }
        }
        return text.append('"');
    }
}
