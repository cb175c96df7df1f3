package io.meridian.edges.grpc;

import io.grpc.stub.AbstractStub;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Bounds outgoing calls in time: no call of this platform waits for ever. */
public final class Calls {

    private Calls() {}

    /**
     * The stub for one call that is given up with {@code DEADLINE_EXCEEDED} once {@code timeout} has passed from now.
     * Inside a gRPC handler the caller's own deadline applies as well, whichever is sooner. Take a new one for each call:
     * the clock of a deadline runs from here and not from the call.
     *
     * @throws IllegalArgumentException if nothing is left: a call without time would reach the peer for no one
     */
    public static <S extends AbstractStub<S>> S within(Duration timeout, S stub) {
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("a call needs time, was " + timeout);
        }
        return stub.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }
}
