package io.meridian.deadline.restclient;

import io.meridian.deadline.Registration;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;

/**
 * A response whose body is part of the call. Closing it too: clients read what is left then, to keep the connection.
 *
 * <p>Whoever reads is interrupted, and the body is closed by another thread as well: a client that waits by spinning for as long as it
 * is interrupted, as Spring's for Reactor does, notices only that.
 */
final class BoundedResponse implements ClientHttpResponse {

    private final BoundedCall call;
    private final ClientHttpResponse response;
    private final Registration over;
    private @Nullable InputStream body;
    private volatile boolean cutOff;

    BoundedResponse(BoundedCall call, ClientHttpResponse response) {
        this.call = call;
        this.response = response;
        this.over = call.onOver(this::cutOff);
    }

    @Override
    public HttpStatusCode getStatusCode() throws IOException {
        return response.getStatusCode();
    }

    @Override
    public String getStatusText() throws IOException {
        return response.getStatusText();
    }

    @Override
    public HttpHeaders getHeaders() {
        return response.getHeaders();
    }

    @Override
    public InputStream getBody() throws IOException {
        return new Bounded(call.during(this::body));
    }

    @Override
    public void close() {
        try {
            call.run(response::close);
        } finally {
            over.close();
            call.end();
        }
    }

    /** Its only one, whichever thread asks first. */
    private synchronized InputStream body() throws IOException {
        if (body == null) {
            body = response.getBody();
        }
        return body;
    }

    /** On a thread of the machine's: those that spin may have all the processors that virtual ones share. */
    private void cutOff() {
        cutOff = true;
        Thread.ofPlatform().name("deadline-closing").daemon().start(() -> {
            try {
                body().close();
            } catch (IOException | RuntimeException _) {
                // it is closed, or cannot be
            }
        });
    }

    private final class Bounded extends FilterInputStream {

        Bounded(InputStream body) {
            super(body);
        }

        @Override
        public int read() throws IOException {
            return whole(call.during(in::read));
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return whole(call.during(() -> in.read(bytes, offset, length)));
        }

        @Override
        public long skip(long count) throws IOException {
            return call.during(() -> in.skip(count));
        }

        /** An end that comes of being cut off is none. */
        private int whole(int read) throws IOException {
            if (read < 0 && cutOff) {
                throw call.overdue(null);
            }
            return read;
        }
    }
}
