package io.meridian.deadline.tomcat;

import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.http.Caller;
import java.io.IOException;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * One request on a connection, from its first line to the end of its answer.
 *
 * <p>While its body has been read and its answer has not ended, nobody else reads the socket, so the ear may: an end of the stream or
 * an error is the caller's leaving, and bytes of a next request stay in the socket's buffer, where Tomcat looks first. The lock
 * keeps the two apart, and shows each what the other did to the buffer.
 */
final class Exchange implements Caller {

    private static final byte[] NOTHING = new byte[0];

    private final SocketWrapperBase<?> socket;
    private final long arrivedNanos;
    private final Ear ear;

    private volatile @Nullable DeadlineScope scope;

    /** Guarded by this. */
    private boolean silent;

    /** Guarded by this. */
    private boolean ended;

    Exchange(SocketWrapperBase<?> socket, long arrivedNanos, Ear ear) {
        this.socket = socket;
        this.arrivedNanos = arrivedNanos;
        this.ear = ear;
    }

    @Override
    public long arrivedNanos() {
        return arrivedNanos;
    }

    @Override
    public void awaits(DeadlineScope awaited) {
        scope = awaited;
        ear.add(this);
    }

    @Nullable DeadlineScope scope() {
        return scope;
    }

    /** The request has been read to its end: until its answer has ended, nobody but the ear reads the socket. */
    synchronized void fallSilent() {
        silent = true;
    }

    /** From now on the socket is Tomcat's again. */
    synchronized void end() {
        ended = true;
    }

    /** By the ear: looks whether the caller is there, and says whether to look again. */
    boolean look() {
        synchronized (this) {
            if (ended) {
                return false;
            }
            if (!silent || isThere()) {
                return true;
            }
            ended = true;
        }
        leave();
        return false;
    }

    /** The caller is gone. After the deadline that is no news: it may be gone because it was told so. */
    void leave() {
        var awaited = scope;
        if (awaited != null && !awaited.isOver()) {
            awaited.cancel();
        }
    }

    /** Asks for no bytes, so that what is there is fetched into the socket's buffer and stays in it. */
    private boolean isThere() {
        try {
            socket.read(false, NOTHING, 0, 0);
            return true;
        } catch (IOException | RuntimeException gone) {
            return false;
        }
    }
}
