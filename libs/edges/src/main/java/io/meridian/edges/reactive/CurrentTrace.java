package io.meridian.edges.reactive;

import io.meridian.edges.TraceIds;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Asks for the trace id where Reactor has restored the thread locals of the request. */
final class CurrentTrace {

    private CurrentTrace() {}

    /** Of all operators, {@code handle} sees them whether or not Reactor propagates automatically. */
    static Mono<Optional<String>> id(TraceIds traceIds) {
        return Mono.just(true).handle((_, sink) -> sink.next(Optional.ofNullable(traceIds.current())));
    }
}
