package io.meridian.edges.reactive;

import static org.springframework.web.reactive.function.server.RequestPredicates.path;

import io.meridian.edges.ProblemException;
import io.meridian.edges.faults.FaultBoard;
import io.meridian.edges.faults.FaultDesk;
import java.util.function.Function;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Faults where nothing may block: what is held up waits without a thread. */
public final class ReactiveFaults {

    private ReactiveFaults() {}

    /**
     * {@code call}, struck by the faults that are set on {@code target} when it is subscribed to. It occupies its worker until it has
     * ended or was cancelled.
     *
     * @param told what a call fails with that the fault fails
     */
    public static <T> Mono<T> through(
            FaultBoard board, String target, Function<ProblemException, Throwable> told, Mono<T> call) {
        return Mono.defer(() -> {
            if (board.isQuiet()) {
                return call;
            }
            var crossing = board.cross(target);
            return crossing.isFree()
                    ? call
                    : Mono.fromFuture(crossing.passed())
                            .onErrorMap(ProblemException.class, told)
                            .publishOn(Schedulers.parallel()) // whoever lets it go on has other things to do
                            .then(call)
                            .doFinally(_ -> crossing.close());
        });
    }

    /** The {@link FaultDesk} at {@code path}. */
    public static RouterFunction<ServerResponse> desk(String path, FaultDesk desk) {
        return RouterFunctions.route(path(path), request -> answer(request, desk));
    }

    private static Mono<ServerResponse> answer(ServerRequest request, FaultDesk desk) {
        return request.bodyToMono(byte[].class).defaultIfEmpty(new byte[0]).flatMap(body -> {
            var answer = desk.answer(
                    request.method().name(), request.queryParam("target").orElse(null), body, request.path());
            return ServerResponse.status(answer.status())
                    .headers(headers -> answer.headers().forEach(headers::set))
                    .bodyValue(answer.body());
        });
    }
}
