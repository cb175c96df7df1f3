package io.meridian.simulation.log;

import io.meridian.simulation.engine.Node;
import io.meridian.simulation.engine.World;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Kafka producers of a process, as the library configures them: one request in flight, what gathers meanwhile goes with the next. */
public final class Producers {

    /** For so long a producer tries before it tells that it failed; 30 s in the library's settings, shorter here to save time. */
    private static final long DELIVERY_TIMEOUT = 2_000_000_000L;

    private final World world;
    private final Broker broker;
    private final Node node;

    public Producers(World world, Broker broker, Node node) {
        this.world = world;
        this.broker = broker;
        this.node = node;
    }

    @SuppressWarnings("unchecked") // a proxy has no type parameters
    public Producer<String, byte[]> open() {
        return (Producer<String, byte[]>) Proxy.newProxyInstance(
                Producers.class.getClassLoader(), new Class<?>[] {Producer.class}, new Handler());
    }

    private record Sent(ProducerRecord<String, byte[]> record, Callback callback) {}

    private final class Handler implements InvocationHandler {

        private List<Sent> gathered = new ArrayList<>();
        private boolean inFlight;
        private boolean closed;

        @Override
        @SuppressWarnings("unchecked") // the only records there are
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) {
            return switch (method.getName()) {
                case "send" -> {
                    if (arguments == null || arguments.length != 2) {
                        throw new UnsupportedOperationException("send without a callback");
                    }
                    if (closed) {
                        throw new IllegalStateException("Cannot perform operation after producer has been closed");
                    }
                    gathered.add(new Sent((ProducerRecord<String, byte[]>) arguments[0], (Callback) arguments[1]));
                    if (!inFlight) {
                        request();
                    }
                    yield null;
                }
                case "close" -> {
                    close();
                    yield null;
                }
                case "hashCode" -> System.identityHashCode(this);
                case "equals" -> arguments != null && proxy == arguments[0];
                case "toString" -> "producer of " + node.name();
                default -> throw new UnsupportedOperationException("Producer." + method.getName());
            };
        }

        private void request() {
            var batch = gathered;
            gathered = new ArrayList<>();
            inFlight = true;
            var way = broker.hazards().way(node);
            if (broker.isAway() || broker.hazards().losesRequest(node, "produce")) {
                answer(DELIVERY_TIMEOUT, batch, new TimeoutException("no answer from the broker"));
                return;
            }
            world.at(world.nanos() + way, () -> {
                if (broker.isAway()) {
                    answer(DELIVERY_TIMEOUT, batch, new TimeoutException("no answer from the broker"));
                    return;
                }
                batch.forEach(it -> broker.append(it.record));
                var lost = broker.hazards().losesAnswer(node, "produce");
                answer(
                        lost ? DELIVERY_TIMEOUT : way,
                        batch,
                        lost ? new TimeoutException("no answer from the broker") : null);
            });
        }

        private void answer(long nanos, List<Sent> batch, @Nullable KafkaException failure) {
            var life = node.incarnation();
            world.at(world.nanos() + nanos, () -> whenRunning(life, () -> {
                inFlight = false;
                for (var sent : batch) {
                    sent.callback.onCompletion(null, closed && failure == null ? aborted() : failure);
                }
                if (!closed && !gathered.isEmpty()) {
                    request();
                }
            }));
        }

        /** A callback runs in the process: not when that is dead, and later when it is stopped. */
        private void whenRunning(int life, Runnable callback) {
            if (!node.isUp() || node.incarnation() != life) {
                return;
            }
            if (node.runs()) {
                callback.run();
            } else {
                world.at(node.resumesAt(), () -> whenRunning(life, callback));
            }
        }

        private void close() {
            if (closed) {
                return;
            }
            closed = true;
            var never = gathered;
            gathered = new ArrayList<>();
            never.forEach(it -> it.callback.onCompletion(null, aborted()));
        }

        private static KafkaException aborted() {
            return new KafkaException("Producer is closed forcefully.");
        }
    }
}
