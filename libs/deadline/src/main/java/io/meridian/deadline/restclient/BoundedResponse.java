package io.meridian.deadline.restclient;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;

/** A response whose body is part of the call. Closing it too: clients read what is left then, to keep the connection. */
final class BoundedResponse implements ClientHttpResponse {

    private final BoundedCall call;
    private final ClientHttpResponse response;

    BoundedResponse(BoundedCall call, ClientHttpResponse response) {
        this.call = call;
        this.response = response;
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
        return new Bounded(call.during(response::getBody));
    }

    @Override
    public void close() {
        try {
            call.run(response::close);
        } finally {
            call.end();
        }
    }

    private final class Bounded extends FilterInputStream {

        Bounded(InputStream body) {
            super(body);
        }

        @Override
        public int read() throws IOException {
            return call.during(in::read);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return call.during(() -> in.read(bytes, offset, length));
        }

        @Override
        public long skip(long count) throws IOException {
            return call.during(() -> in.skip(count));
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
