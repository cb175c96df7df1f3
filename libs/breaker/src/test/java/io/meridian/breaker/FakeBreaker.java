package io.meridian.breaker;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Admits or refuses as the test says, remembers, and does not take a permit back twice. */
public final class FakeBreaker implements Breaker {

    /** A breaker for each name that was asked for. */
    public static final class All implements Breakers {

        private final Map<String, FakeBreaker> breakers = new ConcurrentHashMap<>();

        @Override
        public FakeBreaker named(String name) {
            return breakers.computeIfAbsent(name, FakeBreaker::new);
        }

        @Override
        public Collection<Breaker> all() {
            return List.copyOf(breakers.values());
        }

        public List<String> names() {
            return breakers.keySet().stream().sorted().toList();
        }
    }

    /** The remaining time of each call that asked. */
    public final List<Long> asked = new CopyOnWriteArrayList<>();

    /** What became of the calls that were admitted. */
    public final List<Outcome> ended = new CopyOnWriteArrayList<>();

    /** Why the next calls are refused; null if they are not. */
    public volatile @Nullable Rejection refusing;

    public volatile Duration retryAfter = Duration.ZERO;

    private final String name;
    private final AtomicLong permits = new AtomicLong();
    private final Map<Long, Long> open = new ConcurrentHashMap<>();

    public FakeBreaker(String name) {
        this.name = name;
    }

    /** How many calls are in flight. */
    public int inFlight() {
        return open.size();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long enter(long remainingNanos) {
        asked.add(remainingNanos);
        var why = refusing;
        if (why != null) {
            return why.permit();
        }
        var permit = permits.getAndIncrement();
        open.put(permit, remainingNanos);
        return permit;
    }

    @Override
    public void leave(long permit, Outcome outcome, long remainingAtEntryNanos) {
        if (!Long.valueOf(remainingAtEntryNanos).equals(open.remove(permit))) {
            throw new AssertionError(permit + " was not given out for " + remainingAtEntryNanos + ", or was given back before");
        }
        ended.add(outcome);
    }

    @Override
    public Duration retryAfter() {
        return retryAfter;
    }

    @Override
    public BreakerSnapshot snapshot() {
        return new BreakerSnapshot(
                name, refusing == Rejection.OPEN ? "OPEN" : "CLOSED", "", Duration.ZERO, retryAfter, 20, inFlight(), 0, 0, 0, 0, 0, 0,
                Map.of(), asked.size(), 0, 0, 0, 0, 0, 0);
    }
}
