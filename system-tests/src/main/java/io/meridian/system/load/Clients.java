package io.meridian.system.load;

import io.meridian.system.history.Entry;
import io.meridian.system.history.Entry.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A fixed number of clients, each of which asks its next thing a moment after the last was answered: they place orders, repeat what had no
 * answer under the same key, repeat what had one, use a key again for something else, read, cancel, and send one request many times at
 * once. What each asks follows from the seed; what it is told does not.
 */
public final class Clients implements AutoCloseable {

    private static final int STAMPEDE = 12;
    private static final int MOST_REPEATS = 4;
    private static final int REMEMBERED = 20;

    private final Caller caller;
    private final String name;
    private final long seed;
    private final int count;
    private final Duration most;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLong acknowledged = new AtomicLong();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> running = new ArrayList<>();

    /**
     * Nobody asks yet.
     *
     * @param name the beginning of their customer names, unique in the platform's life
     * @param most the longest moment between an answer and the next question; the mean is half of it
     */
    public Clients(Caller caller, String name, long seed, int count, Duration most) {
        this.caller = caller;
        this.name = name;
        this.seed = seed;
        this.count = count;
        this.most = most;
    }

    public void start() {
        for (int i = 0; i < count; i++) {
            var client = new Client(i);
            running.add(threads.submit(client::work));
        }
    }

    /** The names by which they order. */
    public List<String> customers() {
        return java.util.stream.IntStream.range(0, count).mapToObj(this::customer).toList();
    }

    /** How many orders were acknowledged so far. */
    public long acknowledged() {
        return acknowledged.get();
    }

    /**
     * Lets each finish what it is about.
     *
     * @throws IllegalStateException if a client failed, which none does because of what it is told
     */
    public void stop() throws InterruptedException {
        stop.set(true);
        for (var each : running) {
            try {
                each.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a client failed", e.getCause());
            }
        }
    }

    @Override
    public void close() {
        stop.set(true);
        threads.shutdownNow();
    }

    private String customer(int client) {
        return name + "-" + client;
    }

    /** One of them; confined to its thread, apart from the stampede. */
    private final class Client {

        private final int number;
        private final Random random;
        private final List<Entry> answered = new ArrayList<>();
        private final List<String> orders = new ArrayList<>();
        private long keys;

        Client(int number) {
            this.number = number;
            this.random = new Random(seed * 31 + number);
        }

        void work() {
            while (!stop.get() && !Thread.currentThread().isInterrupted()) {
                var choice = random.nextInt(100);
                if (choice < 52 || orders.isEmpty()) {
                    placeUntilAnswered();
                } else if (choice < 60) {
                    repeat();
                } else if (choice < 65) {
                    useKeyAgain();
                } else if (choice < 85) {
                    caller.read(number, any(orders), deadline());
                } else if (choice < 97) {
                    caller.cancel(number, any(orders), deadline());
                } else {
                    stampede();
                }
                rest();
            }
        }

        private void placeUntilAnswered() {
            var key = freshKey();
            var body = body();
            for (int i = 0; i < MOST_REPEATS && !stop.get(); i++) {
                var entry = note(caller.place(number, key, body, deadline()));
                if (entry.phase() != Phase.INFO) {
                    return;
                }
                rest();
            }
        }

        private void repeat() {
            if (!answered.isEmpty()) {
                var first = any(answered);
                note(caller.place(number, first.key(), first.body(), deadline()));
            }
        }

        private void useKeyAgain() {
            if (!answered.isEmpty()) {
                var first = any(answered);
                var other = first.body().replace("\"quantity\":1}", "\"quantity\":4}");
                caller.place(number, first.key(), other, deadline());
            }
        }

        /** One request many times at once, as by a user who hits the button again and again. */
        private void stampede() {
            var key = freshKey();
            var body = body();
            var deadline = deadline();
            var begin = new CountDownLatch(1);
            var copies = new ArrayList<Future<Entry>>();
            for (int i = 0; i < STAMPEDE; i++) {
                copies.add(threads.submit(() -> {
                    begin.await();
                    return caller.place(number, key, body, deadline);
                }));
            }
            begin.countDown();
            for (var copy : copies) {
                try {
                    note(copy.get());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e.getCause());
                }
            }
        }

        private Entry note(Entry entry) {
            if (entry.phase() == Phase.OK) {
                acknowledged.incrementAndGet();
            }
            if (entry.phase() != Phase.INFO) {
                remember(answered, entry);
            }
            if (!entry.order().isEmpty()) {
                remember(orders, entry.order());
            }
            return entry;
        }

        private <T> void remember(List<T> memory, T what) {
            if (memory.size() >= REMEMBERED) {
                memory.remove(random.nextInt(memory.size()));
            }
            memory.add(what);
        }

        private <T> T any(List<T> memory) {
            return memory.get(random.nextInt(memory.size()));
        }

        private String freshKey() {
            keys++;
            return customer(number) + "-" + keys;
        }

        /** Mostly one piece of one of a few products; the last of the catalogue is never there. */
        private String body() {
            var sku = random.nextInt(40) == 0 ? "SKU-1000" : "SKU-%04d".formatted(1 + random.nextInt(8));
            return """
                    {"customerId":"%s","items":[{"sku":"%s","quantity":1}],"payment":{"token":"%s"}}"""
                    .formatted(customer(number), sku, card());
        }

        private String card() {
            var choice = random.nextInt(100);
            if (choice < 84) {
                return "tok_ok";
            } else if (choice < 89) {
                return "tok_declined";
            } else if (choice < 91) {
                return "tok_insufficient_funds";
            } else if (choice < 95) {
                return "tok_slow_300";
            } else if (choice < 98) {
                return "tok_timeout";
            } else {
                return "tok_error";
            }
        }

        /** Mostly long enough; now and then one that ends in the middle. */
        private Duration deadline() {
            var choice = random.nextInt(10);
            return Duration.ofMillis(choice == 0 ? 20 + random.nextInt(180) : choice < 3 ? 800 : 3_000);
        }

        private void rest() {
            try {
                Thread.sleep(1 + random.nextInt((int) most.toMillis()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
