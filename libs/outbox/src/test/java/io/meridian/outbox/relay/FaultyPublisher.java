package io.meridian.outbox.relay;

import io.meridian.outbox.StoredEvent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A publisher that keeps its promise and nothing more: acknowledgements come late and out of order among aggregates, sends fail as the
 * seed says, and of what was under way when a session ended some arrived all the same.
 */
final class FaultyPublisher implements Publisher {

    private record Pending(StoredEvent event, CompletableFuture<Void> acknowledgement) {}

    private final Random random;
    private final double faultRate;
    private final boolean acknowledgesTooEarly;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private final List<StoredEvent> arrivals = new ArrayList<>();
    private final Set<StoredEvent> arrived = new HashSet<>();
    private boolean failed;

    /**
     * A publisher.
     *
     * @param acknowledgesTooEarly breaks the promise, to see that it matters
     */
    FaultyPublisher(Random random, double faultRate, boolean acknowledgesTooEarly) {
        this.random = random;
        this.faultRate = faultRate;
        this.acknowledgesTooEarly = acknowledgesTooEarly;
    }

    /** In the order of arrival, repetitions included. */
    List<StoredEvent> arrivals() {
        return arrivals;
    }

    Set<StoredEvent> arrived() {
        return arrived;
    }

    /** Lets some of what is under way arrive; in order within an aggregate. */
    void acknowledgeSome() {
        for (int count = random.nextInt(3); count > 0 && !pending.isEmpty() && !failed; count--) {
            var aggregates = pending.stream().map(it -> it.event.aggregateId()).distinct().toList();
            var aggregate = aggregates.get(random.nextInt(aggregates.size()));
            var next = pending.stream()
                    .filter(it -> it.event.aggregateId().equals(aggregate))
                    .findFirst()
                    .orElseThrow();
            if (random.nextDouble() < faultRate) {
                fail();
            } else {
                pending.remove(next);
                arrive(next.event);
                next.acknowledgement.complete(null);
            }
        }
    }

    private void arrive(StoredEvent event) {
        arrivals.add(event);
        arrived.add(event);
    }

    private void fail() {
        failed = true;
        pending.forEach(it -> it.acknowledgement.completeExceptionally(new IOException("no leader")));
    }

    @Override
    public Publishing open() throws IOException {
        if (random.nextDouble() < faultRate) {
            throw new IOException("no broker");
        }
        failed = false;
        return new Publishing() {
            @Override
            public CompletableFuture<?> publish(StoredEvent event) {
                var acknowledgement = new CompletableFuture<Void>();
                if (failed) {
                    acknowledgement.completeExceptionally(new IOException("closed"));
                    return acknowledgement;
                }
                pending.add(new Pending(event, acknowledgement));
                if (acknowledgesTooEarly) {
                    acknowledgement.complete(null);
                }
                return acknowledgement;
            }

            @Override
            public void close() {
                for (int unheard = random.nextInt(pending.size() + 1); unheard > 0; unheard--) {
                    arrive(pending.remove().event);
                }
                pending.clear();
            }
        };
    }
}
