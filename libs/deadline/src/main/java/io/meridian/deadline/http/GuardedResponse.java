package io.meridian.deadline.http;

import io.meridian.deadline.BudgetHeader;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.TimeoutHeader;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * The response as the chain sees it. It says what budget it had and what was left, at the last moment a header can be written: when
 * somebody reaches for the body. A failure of the server's after the end becomes 504, whoever words it. What touches the socket is
 * shielded: an interrupt in the middle of an answer would break it instead of stopping it.
 */
final class GuardedResponse extends HttpServletResponseWrapper {

    /** As nginx logs a request whose client has closed the connection. */
    static final int CALLER_GONE = 499;

    private final HttpServletRequest request;
    private final Serving serving;
    private @Nullable ServletOutputStream stream;
    private @Nullable PrintWriter writer;
    private @Nullable Ending turned;

    GuardedResponse(HttpServletRequest request, HttpServletResponse response, Serving serving) {
        super(response);
        this.request = request;
        this.serving = serving;
    }

    /** Why the status of a failure was replaced; null if none was. */
    @Nullable Ending turnedBy() {
        return turned;
    }

    void sign() {
        if (isCommitted()) {
            return;
        }
        super.setHeader(BudgetHeader.NAME, serving.budgetHeader());
        if (getStatus() == Problem.EXPIRED && serving.isLost()) {
            super.setHeader(TimeoutHeader.EXPIRED, "1");
        }
    }

    @Override
    public void setStatus(int status) {
        super.setStatus(isLostWith(status) ? turned() : status);
        if (getStatus() == Problem.EXPIRED) {
            sign();
        }
    }

    @Override
    public void sendError(int status) throws IOException {
        sendError(status, null);
    }

    @Override
    public void sendError(int status, @Nullable String message) throws IOException {
        if (!isLostWith(status)) {
            sign();
            DeadlineScope.shielded(() -> {
                if (message == null) {
                    super.sendError(status);
                } else {
                    super.sendError(status, message);
                }
                return true;
            });
        } else if (turned() == Problem.EXPIRED) {
            expire();
        } else {
            super.setStatus(CALLER_GONE);
        }
    }

    /** Answers that the deadline has passed. */
    void expire() throws IOException {
        var had = TimeoutHeader.write(serving.granted());
        DeadlineScope.shielded(() -> {
            Problem.expired("there is no answer within the " + had + " ms that this request had").write(request, this);
            return true;
        });
    }

    @Override
    public void sendRedirect(String location, int status, boolean clearBuffer) throws IOException {
        sign();
        DeadlineScope.shielded(() -> {
            super.sendRedirect(location, status, clearBuffer);
            return true;
        });
    }

    @Override
    public void flushBuffer() throws IOException {
        sign();
        DeadlineScope.shielded(() -> {
            super.flushBuffer();
            return true;
        });
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        sign();
        if (stream == null) {
            stream = new GuardedStream(super.getOutputStream());
        }
        return stream;
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        sign();
        if (writer == null) {
            writer = new GuardedWriter(super.getWriter());
        }
        return writer;
    }

    @Override
    public void reset() {
        super.reset();
        stream = null;
        writer = null;
    }

    private boolean isLostWith(int status) {
        return status >= 500 && !isCommitted() && serving.isLost();
    }

    private int turned() {
        if (turned == null) {
            turned = serving.lostBy(null);
        }
        return turned == Ending.CALLER_GONE ? CALLER_GONE : Problem.EXPIRED;
    }

    private static final class GuardedStream extends ServletOutputStream {

        private final ServletOutputStream stream;

        GuardedStream(ServletOutputStream stream) {
            this.stream = stream;
        }

        @Override
        public void write(int octet) throws IOException {
            DeadlineScope.shielded(() -> {
                stream.write(octet);
                return true;
            });
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            DeadlineScope.shielded(() -> {
                stream.write(bytes, offset, length);
                return true;
            });
        }

        @Override
        public void flush() throws IOException {
            DeadlineScope.shielded(() -> {
                stream.flush();
                return true;
            });
        }

        @Override
        public void close() throws IOException {
            DeadlineScope.shielded(() -> {
                stream.close();
                return true;
            });
        }

        @Override
        public boolean isReady() {
            return stream.isReady();
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            stream.setWriteListener(listener);
        }
    }

    /** A print writer hands everything it prints to these. */
    private static final class GuardedWriter extends PrintWriter {

        private final PrintWriter writer;

        GuardedWriter(PrintWriter writer) {
            super(writer);
            this.writer = writer;
        }

        @Override
        public void write(int letter) {
            shielded(() -> writer.write(letter));
        }

        @Override
        public void write(char[] letters, int offset, int length) {
            shielded(() -> writer.write(letters, offset, length));
        }

        @Override
        public void write(String text, int offset, int length) {
            shielded(() -> writer.write(text, offset, length));
        }

        @Override
        public void println() {
            shielded(writer::println);
        }

        @Override
        public void flush() {
            shielded(writer::flush);
        }

        @Override
        public void close() {
            shielded(writer::close);
        }

        @Override
        public boolean checkError() {
            return DeadlineScope.shielded(writer::checkError);
        }

        private static void shielded(Runnable work) {
            DeadlineScope.shielded(() -> {
                work.run();
                return true;
            });
        }
    }
}
