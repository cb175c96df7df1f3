package io.meridian.local.platform;

import io.meridian.local.platform.OrderDesk.Line;
import io.meridian.local.platform.OrderDesk.Wish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A fixed number of clients, each of which places its next order when the last one is answered. What it measures is what the
 * platform can do, not how it behaves under a load that does not wait: a slow answer slows the clients down.
 */
public final class ClosedLoop {

    /** The products that are in stock; the last of the catalogue never is. */
    private static final int PRODUCTS = 999;

    private final OrderDesk desk;

    public ClosedLoop(OrderDesk desk) {
        this.desk = desk;
    }

    /**
     * What happened.
     *
     * @param answers how often each HTTP status came; 0 counts what was not answered
     * @param sortedNanos how long each confirmed order took, ascending
     */
    public record Result(Duration took, Map<Integer, Long> answers, long[] sortedNanos) {

        /** Confirmed orders. */
        public int orders() {
            return sortedNanos.length;
        }

        public double ordersPerSecond() {
            return orders() / (took.toNanos() / 1e9);
        }

        /** The time within which this share of the confirmed orders was answered; zero if there were none. */
        public Duration quantile(double share) {
            if (sortedNanos.length == 0) {
                return Duration.ZERO;
            }
            var index = (int) Math.ceil(share * sortedNanos.length) - 1;
            return Duration.ofNanos(sortedNanos[Math.clamp(index, 0, sortedNanos.length - 1)]);
        }
    }

    /** Orders one piece of a random product at a time for about {@code duration}; each client ends with a whole answer. */
    public Result run(int clients, Duration duration) {
        if (clients < 1) {
            throw new IllegalArgumentException("clients must be 1 or more, was " + clients);
        }
        var begin = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var work = new ArrayList<Future<Tally>>();
            for (int i = 0; i < clients; i++) {
                var customer = "load-" + i;
                work.add(threads.submit(() -> client(customer, begin, duration.toNanos())));
            }
            return result(work, begin);
        }
    }

    private Tally client(String customer, long begin, long nanos) {
        var tally = new Tally();
        while (System.nanoTime() - begin < nanos) {
            var sku = "SKU-%04d".formatted(1 + ThreadLocalRandom.current().nextInt(PRODUCTS));
            var wish = new Wish(
                    customer, List.of(new Line(sku, 1)), "tok_ok", UUID.randomUUID().toString());
            try {
                var answer = desk.place(wish);
                tally.count(answer.status(), answer.isConfirmed() ? answer.took() : null);
            } catch (PlatformFailure _) {
                tally.count(0, null);
            }
        }
        return tally;
    }

    private static Result result(List<Future<Tally>> work, long begin) {
        var answers = new TreeMap<Integer, Long>();
        var nanos = new ArrayList<Long>();
        for (var future : work) {
            var tally = get(future);
            tally.answers.forEach((status, count) -> answers.merge(status, count, Long::sum));
            nanos.addAll(tally.nanos);
        }
        var sorted = nanos.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return new Result(Duration.ofNanos(System.nanoTime() - begin), answers, sorted);
    }

    private static Tally get(Future<Tally> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformFailure(PlatformFailure.Kind.FAILED, "Interrupted while placing orders.", e);
        }
    }

    /** What one client saw; confined to its thread. */
    private static final class Tally {

        private final Map<Integer, Long> answers = new TreeMap<>();
        private final List<Long> nanos = new ArrayList<>();

        void count(int status, @org.jspecify.annotations.Nullable Duration confirmedAfter) {
            answers.merge(status, 1L, Long::sum);
            if (confirmedAfter != null) {
                nanos.add(confirmedAfter.toNanos());
            }
        }
    }
}
