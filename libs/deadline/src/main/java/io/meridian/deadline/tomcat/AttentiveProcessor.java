package io.meridian.deadline.tomcat;

import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.http.Caller;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.apache.coyote.Adapter;
import org.apache.coyote.ErrorState;
import org.apache.coyote.InputBuffer;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;
import org.jspecify.annotations.Nullable;

/** Serves the requests of one connection, one {@link Exchange} after the other. */
final class AttentiveProcessor extends Http11Processor {

    private final Adapter attentive;
    private final Ear ear;
    private @Nullable Exchange exchange;

    AttentiveProcessor(AbstractHttp11Protocol<?> protocol, Adapter adapter, Ear ear) {
        super(protocol, adapter);
        this.ear = ear;
        this.attentive = new AttentiveAdapter(adapter);
        request.setInputBuffer(new Body(request.getInputBuffer()));
    }

    /** What serves the requests; an upgraded connection gets it too, with requests of its own. */
    @Override
    public Adapter getAdapter() {
        return attentive;
    }

    private void begin() {
        var socket = getSocketWrapper();
        if (socket == null) {
            return;
        }
        var arrived = request.getStartTimeNanos();
        var begun = new Exchange(socket, arrived < 0 ? System.nanoTime() : arrived, ear);
        exchange = begun;
        request.setAttribute(Caller.ATTRIBUTE, begun);
        fallSilentOnceRead(begun);
    }

    private void fallSilentOnceRead(Exchange current) {
        if (sslSupport == null && isRequestBodyFullyRead()) {
            current.fallSilent();
        }
    }

    /** An asynchronous request goes on after its handler has returned; its end comes by a dispatch too. */
    private void endUnlessAsync() {
        if (exchange != null && !isAsync()) {
            exchange.end();
            exchange = null;
        }
    }

    private final class AttentiveAdapter implements Adapter {

        private final Adapter adapter;

        AttentiveAdapter(Adapter adapter) {
            this.adapter = adapter;
        }

        @Override
        public void service(Request req, Response res) throws Exception {
            if (req != request) {
                adapter.service(req, res);
                return;
            }
            begin();
            try {
                adapter.service(req, res);
            } finally {
                endUnlessAsync();
            }
        }

        @Override
        public boolean asyncDispatch(Request req, Response res, SocketEvent status) throws Exception {
            if (req != request) {
                return adapter.asyncDispatch(req, res, status);
            }
            try {
                return adapter.asyncDispatch(req, res, status);
            } finally {
                endUnlessAsync();
            }
        }

        @Override
        public boolean prepare(Request req, Response res) throws Exception {
            return adapter.prepare(req, res);
        }

        @Override
        public void log(Request req, Response res, long time) {
            adapter.log(req, res, time);
        }

        @Override
        public void checkRecycled(Request req, Response res) {
            adapter.checkRecycled(req, res);
        }

        @Override
        public String getDomain() {
            return adapter.getDomain();
        }
    }

    /**
     * The request's body. Tomcat takes no notice of an interrupt while it waits for bytes, so they are waited for until the deadline and
     * no longer.
     */
    private final class Body implements InputBuffer {

        private final InputBuffer body;

        Body(InputBuffer body) {
            this.body = body;
        }

        @Override
        public int doRead(ApplicationBufferHandler handler) throws IOException {
            var current = exchange;
            var scope = current == null ? null : current.scope();
            if (current == null || scope == null || request.getReadListener() != null) {
                return body.doRead(handler);
            }
            try {
                return doReadWithin(scope, handler);
            } catch (EOFException | SocketException gone) {
                current.leave();
                throw gone;
            } finally {
                fallSilentOnceRead(current);
            }
        }

        private int doReadWithin(DeadlineScope scope, ApplicationBufferHandler handler) throws IOException {
            var socket = getSocketWrapper();
            var usual = socket.getReadTimeout();
            var left = Math.max(0, scope.deadline().remaining().toMillis()) + 1;
            socket.setReadTimeout(usual <= 0 ? left : Math.min(usual, left));
            try {
                return body.doRead(handler);
            } catch (SocketTimeoutException late) {
                if (!scope.isOver()) {
                    throw late;
                }
                // What is still to come of the body is not waited for.
                setErrorState(ErrorState.CLOSE_CLEAN, late);
                throw new ScopeEndedException(Ending.EXPIRED, "waiting for the rest of the request", late);
            } finally {
                socket.setReadTimeout(usual);
            }
        }

        @Override
        public int available() {
            return body.available();
        }
    }
}
