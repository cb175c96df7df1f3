package io.meridian.snapshot;

import io.meridian.snapshot.Source.End;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a {@link SnapshotStore} as its {@link Source} has it: opens a stream, applies each batch at once, takes up again where a stream
 * broke off, after a pause that grows and is drawn by chance, and from time to time has everything said once more to count and repair
 * what was lost ({@link #drift()}).
 *
 * <p>What is known has an age: everything that had happened so long ago can be read here ({@link #age()}). While the source is away it
 * grows. Until everything has been said once there is nothing to rely on ({@link #isComplete()}); the store is then empty, or
 * only what the last stream left.
 *
 * <p>It does nothing by itself: somebody calls {@link #turn()} whenever the time that it returned is over or {@link #await} says so.
 * Streams may tell it things from any thread.
 *
 * @param <K> keys
 * @param <V> values
 */
public final class Follower<K, V> {

    private static final Duration NOT_KNOWN = Duration.ofNanos(Long.MAX_VALUE);

    private final String name;
    private final Source<K, V> source;
    private final SnapshotStore<K, V> store;
    private final FollowerSettings settings;
    private final PropagationListener listener;
    private final LongSupplier nanoClock;
    private final InstantSource clock;
    private final RandomGenerator random;

    // What follows is guarded by this object's monitor, and written only there; what readers see is volatile.
    private @Nullable Following following;
    private @Nullable String cursor;
    private long nextAttemptNanos;
    private long nextCheckNanos;
    private int failures;
    private boolean rung;
    private boolean closed;

    private volatile boolean complete;
    private volatile long asOfNanos;
    private volatile long drift;
    private volatile long streams;
    private volatile @Nullable String problem;

    /** @param name what is followed, as one word in the plural */
    public Follower(
            String name,
            Source<K, V> source,
            SnapshotStore<K, V> store,
            FollowerSettings settings,
            PropagationListener listener,
            LongSupplier nanoClock,
            InstantSource clock,
            RandomGenerator random) {
        this.name = name;
        this.source = source;
        this.store = store;
        this.settings = settings;
        this.listener = listener;
        this.nanoClock = nanoClock;
        this.clock = clock;
        this.random = random;
        long now = nanoClock.getAsLong();
        this.nextAttemptNanos = now;
        this.nextCheckNanos = now + settings.checkEvery().toNanos();
        this.asOfNanos = now;
    }

    public String name() {
        return name;
    }

    public SnapshotStore<K, V> store() {
        return store;
    }

    /** Whether everything has been said at least once. */
    public boolean isComplete() {
        return complete;
    }

    /** How old at most what is known is: whatever happened before that can be read. Empty as long as it is not complete. */
    public Optional<Duration> age() {
        return complete ? Optional.of(Duration.ofNanos(ageNanos())) : Optional.empty();
    }

    /** Whether it is complete and no older than {@code most}. Makes no object. */
    public boolean isWithin(Duration most) {
        return complete && ageNanos() <= most.toNanos();
    }

    /** Whether it should be up to date and is not: since the start, or since the source was heard last, it is too long. */
    public boolean isLate() {
        return ageNanos() > settings.lateAfter().toNanos();
    }

    /** Since the last knowledge, or since the start if there is none yet. */
    public Duration staleness() {
        return Duration.ofNanos(ageNanos());
    }

    /** How many keys were found to differ when everything was said again; each was repaired. */
    public long drift() {
        return drift;
    }

    /** How many streams were begun. */
    public long streams() {
        return streams;
    }

    /** Why the last stream ended; null while one is open and speaks. */
    public @Nullable String problem() {
        return problem;
    }

    /**
     * Does what is to be done now.
     *
     * @return how long nothing will be to be done, if nothing happens
     */
    public Duration turn() {
        Following ended = null;
        Following begun = null;
        Duration pause;
        synchronized (this) {
            rung = false;
            if (closed) {
                return NOT_KNOWN;
            }
            long now = nanoClock.getAsLong();
            if (following != null && now - following.heardNanos >= settings.silence().toNanos()) {
                ended = following;
                over(following, End.LOST, "nothing was heard for " + settings.silence(), now);
            }
            boolean checks = complete && isCheckDue(now);
            if (following != null && checks && following.complete) {
                ended = following;
                following = null;
                nextAttemptNanos = now;
            }
            if (following == null && now - nextAttemptNanos >= 0) {
                begun = new Following(now);
                following = begun;
                streams = streams + 1;
                if (checks || isCheckDue(now)) {
                    nextCheckNanos = now + settings.checkEvery().toNanos();
                }
                begun.check = checks;
            }
            pause = pause(now);
        }
        if (ended != null) {
            ended.cancel();
        }
        if (begun != null) {
            begun.begin(afterCursor());
        }
        return pause;
    }

    /** Waits until {@link #turn()} has something to do: because something happened, or {@code atMost} is over. */
    public void await(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        synchronized (this) {
            for (long left = end - System.nanoTime(); !rung && left > 0; left = end - System.nanoTime()) {
                wait(Math.max(1, left / 1_000_000));
            }
        }
    }

    /** Ends the stream and begins no other. What is known stays readable, and grows old. */
    public void close() {
        Following open;
        synchronized (this) {
            closed = true;
            open = following;
            following = null;
            ring();
        }
        if (open != null) {
            open.cancel();
        }
    }

    private synchronized @Nullable String afterCursor() {
        return cursor;
    }

    private boolean isCheckDue(long now) {
        return !settings.checkEvery().isZero() && now - nextCheckNanos >= 0;
    }

    private Duration pause(long now) {
        long until = following == null ? nextAttemptNanos - now : following.heardNanos + settings.silence().toNanos() - now;
        if (!settings.checkEvery().isZero() && following != null && following.complete) {
            until = Math.min(until, nextCheckNanos - now);
        }
        return Duration.ofNanos(Math.max(1, until));
    }

    private long ageNanos() {
        return Math.max(0, nanoClock.getAsLong() - asOfNanos);
    }

    private void over(Following ended, End end, String reason, long now) {
        if (following != ended) {
            return;
        }
        following = null;
        problem = reason;
        nextAttemptNanos = now + pauseAfter(end).toNanos();
        failures++;
        ring();
    }

    /** "Full jitter", as AWS' architecture blog has it, above a floor: followers that lost the same source come back apart. */
    private Duration pauseAfter(End end) {
        if (end == End.NOT_OFFERED) {
            return settings.notOfferedPause();
        }
        long most = settings.longestPause().toNanos();
        long bound = Math.min(most, settings.firstPause().toNanos() << Math.min(failures, 16));
        long drawn = settings.firstPause().toNanos() / 2 + random.nextLong(Math.max(1, bound));
        return Duration.ofNanos(Math.min(most, end == End.REFUSED ? Math.max(drawn, most / 2) : drawn));
    }

    private void ring() {
        rung = true;
        notifyAll();
    }

    /** One stream, from its beginning to its end. */
    private final class Following implements Source.Listener<K, V> {

        private final List<Change<K, V>> gathered = new ArrayList<>();
        private Source.@Nullable Stream stream;
        private boolean cancelled;
        private boolean check;
        private boolean complete;
        private long heardNanos;

        Following(long now) {
            this.heardNanos = now;
        }

        void begin(@Nullable String after) {
            Source.Stream opened;
            try {
                opened = source.follow(after, check, this);
            } catch (RuntimeException fault) {
                ended(End.LOST, fault.toString());
                return;
            }
            synchronized (Follower.this) {
                stream = opened;
                if (!cancelled) {
                    return;
                }
            }
            opened.cancel();
        }

        void cancel() {
            Source.Stream open;
            synchronized (Follower.this) {
                cancelled = true;
                open = stream;
            }
            if (open != null) {
                open.cancel();
            }
        }

        @Override
        public void received(Batch<K, V> batch) {
            var receivedAt = clock.instant();
            int different = 0;
            synchronized (Follower.this) {
                if (following != this) {
                    return;
                }
                heardNanos = nanoClock.getAsLong();
                problem = null;
                gathered.addAll(batch.changes());
                if (batch.more()) {
                    return;
                }
                different = apply(batch);
                cursor = batch.cursor();
                failures = 0;
                long asOf = heardNanos - batch.age().toNanos();
                // Another instance of the source may know less than the last one did.
                if (!Follower.this.complete || asOf - asOfNanos > 0) {
                    asOfNanos = asOf;
                }
                complete = true;
                Follower.this.complete = true;
            }
            tell(batch, receivedAt, different);
        }

        @Override
        public void ended(End end, String reason) {
            synchronized (Follower.this) {
                over(this, end, reason, nanoClock.getAsLong());
            }
        }

        private int apply(Batch<K, V> batch) {
            try {
                return switch (batch.kind()) {
                    case CHANGES -> {
                        if (!gathered.isEmpty()) {
                            store.apply(gathered);
                        }
                        yield 0;
                    }
                    case LIST -> {
                        store.replace(listed());
                        yield 0;
                    }
                    case CHECK -> store.replace(listed());
                };
            } finally {
                gathered.clear();
            }
        }

        private LinkedHashMap<K, V> listed() {
            var entries = LinkedHashMap.<K, V>newLinkedHashMap(gathered.size());
            for (var change : gathered) {
                if (change instanceof Change.Put<K, V>(var key, var value)) {
                    entries.put(key, value);
                }
            }
            return entries;
        }

        private void tell(Batch<K, V> batch, Instant receivedAt, int different) {
            if (different > 0) {
                drift = drift + different;
                listener.drifted(name, different);
            }
            var committedAt = batch.committedAt();
            var sentAt = batch.sentAt();
            if (batch.kind() == Batch.Kind.CHANGES && committedAt != null && sentAt != null) {
                listener.passed(name, Stage.SENT, between(committedAt, sentAt));
                listener.passed(name, Stage.RECEIVED, between(sentAt, receivedAt));
                listener.passed(name, Stage.APPLIED, between(receivedAt, clock.instant()));
            }
        }

        private Duration between(Instant from, Instant to) {
            var took = Duration.between(from, to);
            return took.isNegative() ? Duration.ZERO : took;
        }
    }
}
