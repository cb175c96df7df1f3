package io.meridian.edges.grpc;

import io.grpc.CallOptions;
import java.time.Duration;
import java.util.Optional;

/** Says what was kept back when a call was given its deadline. A bean of this type is asked for each call that is timed. */
@FunctionalInterface
public interface CallReserve {

    /** What was kept back for the way and the answer; empty if nobody says. */
    Optional<Duration> of(CallOptions options);
}
