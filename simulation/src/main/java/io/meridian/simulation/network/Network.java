package io.meridian.simulation.network;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.meridian.simulation.engine.Node;
import io.meridian.simulation.engine.Signal;
import io.meridian.simulation.engine.World;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;

/**
 * The calls between services: each takes its time, may get lost on its way there or back, may come late, may come twice, and its
 * server may die of it.
 */
public final class Network {

    /** What may happen to calls. */
    public interface Hazards {

        Hazards NONE = new Hazards() {};

        /** How long a message takes, one way. */
        default long way(Node from, String to) {
            return 300_000;
        }

        /** Whether the two cannot reach one another. */
        default boolean isCut(Node from, String to) {
            return false;
        }

        default boolean losesRequest(Node from, String method) {
            return false;
        }

        default boolean losesAnswer(Node from, String method) {
            return false;
        }

        /** Whether the request is delivered once more, and how much later; 0 if it is not. */
        default long repeatsAfter(Node from, String method) {
            return 0;
        }
    }

    private final World world;
    private Hazards hazards = Hazards.NONE;

    public Network(World world) {
        this.world = world;
    }

    public void setHazards(Hazards hazards) {
        this.hazards = hazards;
    }

    /** An answer, or the status of a call that got none. */
    public record Reply(@Nullable Object answer, Status status, Metadata trailers) {

        static Reply of(Object answer) {
            return new Reply(answer, Status.OK, new Metadata());
        }

        static Reply failed(Status status) {
            return new Reply(null, status, new Metadata());
        }

        /** As the services' exception handlers have it. */
        static Reply failed(Throwable failure) {
            return switch (failure) {
                case StatusRuntimeException said -> {
                    var trailers = said.getTrailers();
                    yield new Reply(null, said.getStatus(), trailers == null ? new Metadata() : trailers);
                }
                case DataAccessResourceFailureException _,
                        TransientDataAccessException _,
                        RecoverableDataAccessException _ -> failed(Status.UNAVAILABLE);
                default -> failed(Status.UNKNOWN.withCause(failure));
            };
        }
    }

    /**
     * Calls one of the instances and waits for the answer.
     *
     * @param within nanoseconds, after which it is given up; the server goes on
     */
    public Reply call(Service service, String method, Object request, long within) {
        var from = world.here();
        world.tell("call", method);
        var there = service.nodes().stream().filter(Node::isUp).toList();
        if (there.isEmpty()) {
            world.sleep(hazards.way(from, service.name()));
            return Reply.failed(Status.UNAVAILABLE.withDescription("connection refused"));
        }
        var exchange = new Exchange(new Signal(world));
        var to = world.dice().pick(there);
        if (!hazards.isCut(from, service.name()) && !hazards.losesRequest(from, method)) {
            deliver(exchange, from, to, service, method, request, hazards.way(from, service.name()));
            var again = hazards.repeatsAfter(from, method);
            if (again > 0) {
                deliver(null, from, world.dice().pick(there), service, method, request, again);
            }
        }
        var end = world.nanos() + within;
        while (exchange.reply == null && world.nanos() < end) {
            var _ = exchange.answered.await(end - world.nanos());
        }
        return exchange.reply == null ? Reply.failed(Status.DEADLINE_EXCEEDED) : exchange.reply;
    }

    private void deliver(
            @Nullable Exchange exchange, Node from, Node to, Service service, String method, Object request, long way) {
        world.at(world.nanos() + way, () -> {
            var door = service.door(to);
            if (!to.isUp() || door == null) {
                answer(exchange, from, service, Reply.failed(Status.UNAVAILABLE));
                return;
            }
            to.whenItDies(() -> answer(exchange, from, service, Reply.failed(Status.UNAVAILABLE)));
            world.start(to, method, () -> serve(exchange, from, service, door, method, request));
        });
    }

    private void serve(
            @Nullable Exchange exchange, Node from, Service service, Service.Door door, String method, Object request) {
        try {
            door.call(method, request, new StreamObserver<>() {
                @Override
                public void onNext(Object answer) {
                    if (!hazards.losesAnswer(from, method)) {
                        answer(exchange, from, service, Reply.of(answer));
                    }
                }

                @Override
                public void onError(Throwable failure) {
                    answer(exchange, from, service, Reply.failed(failure));
                }

                @Override
                public void onCompleted() {}
            });
        } catch (RuntimeException failure) {
            answer(exchange, from, service, Reply.failed(failure));
        }
    }

    private void answer(@Nullable Exchange exchange, Node from, Service service, Reply reply) {
        if (exchange == null || exchange.reply != null || hazards.isCut(from, service.name())) {
            return;
        }
        world.at(world.nanos() + hazards.way(from, service.name()), () -> {
            if (exchange.reply == null) {
                exchange.reply = reply;
                exchange.answered.raise();
            }
        });
    }

    private static final class Exchange {

        private final Signal answered;
        private @Nullable Reply reply;

        Exchange(Signal answered) {
            this.answered = answered;
        }
    }
}
