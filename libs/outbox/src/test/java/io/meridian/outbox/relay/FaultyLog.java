package io.meridian.outbox.relay;

import io.meridian.outbox.StoredEvent;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A change log of random transactions that remembers what was confirmed, and fails as its seed says, at every call. */
final class FaultyLog implements ChangeLog {

    private final Random random;
    private final double faultRate;
    private final FaultyPublisher publisher;
    private final List<List<StoredEvent>> transactions = new ArrayList<>();
    private volatile long confirmed;
    private volatile @Nullable String breach;

    FaultyLog(Random random, double faultRate, FaultyPublisher publisher) {
        this.random = random;
        this.faultRate = faultRate;
        this.publisher = publisher;
        for (int i = 0; i < 40; i++) {
            var events = new ArrayList<StoredEvent>();
            for (int left = random.nextInt(4); left >= 0; left--) {
                events.add(event("a" + random.nextInt(5)));
            }
            transactions.add(events);
        }
    }

    static StoredEvent event(String aggregateId) {
        return new StoredEvent(UUID.randomUUID(), "t", aggregateId, "t", new byte[1], Map.of(), Instant.EPOCH);
    }

    List<StoredEvent> committed() {
        return transactions.stream().flatMap(List::stream).toList();
    }

    boolean isConfirmedToItsEnd() {
        return confirmed == transactions.size();
    }

    /** What was confirmed although it had not arrived; null if nothing. */
    @Nullable String breach() {
        return breach;
    }

    @Override
    public String slot() {
        return "faulty";
    }

    @Override
    public Reading open() throws IOException, SlotInUseException {
        maybeFail();
        if (random.nextDouble() < faultRate) {
            throw new SlotInUseException("another instance reads");
        }
        return new FaultyReading(confirmed);
    }

    private void maybeFail() throws IOException {
        if (random.nextDouble() < faultRate) {
            throw new IOException("connection lost");
        }
    }

    private final class FaultyReading implements Reading {

        private final Deque<Change> changes = new ArrayDeque<>();

        FaultyReading(long from) {
            for (long position = from; position < transactions.size(); position++) {
                transactions.get((int) position).forEach(event -> changes.add(new Change.Appended(event)));
                changes.add(new Change.Committed(position + 1));
            }
        }

        @Override
        public @Nullable Change poll() throws IOException {
            maybeFail();
            publisher.acknowledgeSome();
            return random.nextInt(4) == 0 ? null : changes.poll();
        }

        @Override
        public void confirm(long position) throws IOException {
            maybeFail();
            for (int i = 0; i < position; i++) {
                if (!publisher.arrived().containsAll(transactions.get(i))) {
                    breach = "position %d was confirmed, transaction %d had not arrived".formatted(position, i);
                }
            }
            confirmed = position;
        }

        @Override
        public long read() {
            return 0; // nothing but transactions of interest
        }

        @Override
        public void keepAlive() throws IOException {
            maybeFail();
            publisher.acknowledgeSome();
        }

        @Override
        public void requireHeld() throws IOException {
            maybeFail();
        }

        @Override
        public void end() {}

        @Override
        public void close() {}
    }
}
