package io.meridian.edges.http;

import io.meridian.edges.ServerTiming;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.function.Supplier;

/** Writes the timing at the last moment a header can be written: when somebody reaches for the body. */
final class SignedResponse extends HttpServletResponseWrapper {

    private final Supplier<String> timing;

    SignedResponse(HttpServletResponse response, Supplier<String> timing) {
        super(response);
        this.timing = timing;
    }

    void sign() {
        if (!isCommitted()) {
            setHeader(ServerTiming.HEADER, timing.get());
        }
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        sign();
        return super.getOutputStream();
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        sign();
        return super.getWriter();
    }

    @Override
    public void flushBuffer() throws IOException {
        sign();
        super.flushBuffer();
    }

    @Override
    public void sendError(int status) throws IOException {
        sign();
        super.sendError(status);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        sign();
        super.sendError(status, message);
    }

    @Override
    public void sendRedirect(String location, int status, boolean clearBuffer) throws IOException {
        sign();
        super.sendRedirect(location, status, clearBuffer);
    }
}
