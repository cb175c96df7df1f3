package io.meridian.deadline.tomcat;

import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;

/**
 * Tomcat's HTTP/1.1, for a connector, with an ear on the connection while a request is served: its
 * {@link io.meridian.deadline.http.Caller} says when the request arrived, cancels the scope when the caller closes or resets the
 * connection, and lets the reading of a body take no longer than the deadline.
 *
 * <p>A caller that closes only its sending side counts as gone, as it does for nginx. Whoever sends the next request before it has the
 * answer to this one loses nothing by it, but hides its leaving behind it. Nobody listens on
 * connections with TLS, and HTTP/2 is served as ever; requests by them have their deadline.
 */
public final class AttentiveProtocol extends Http11NioProtocol {

    private final Ear ear = new Ear();

    @Override
    protected Processor createProcessor() {
        return new AttentiveProcessor(this, getAdapter(), ear);
    }

    @Override
    public void start() throws Exception {
        ear.open();
        super.start();
    }

    @Override
    public void stop() throws Exception {
        super.stop();
        ear.close();
    }
}
