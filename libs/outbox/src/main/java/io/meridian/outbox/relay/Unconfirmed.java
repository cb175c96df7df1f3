package io.meridian.outbox.relay;

import io.meridian.outbox.StoredEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What has been handed to the publisher but not yet confirmed to the log, in log order.
 *
 * <p>Acknowledgements may come in any order; a transaction's position becomes confirmable when its last event and everything before
 * it has been acknowledged. Of one thread.
 */
final class Unconfirmed {

    static final long NOTHING = -1;

    private sealed interface Entry {
        record Sent(StoredEvent event, CompletableFuture<?> acknowledgement) implements Entry {}

        record End(long position) implements Entry {}
    }

    private final Deque<Entry> entries = new ArrayDeque<>();
    private boolean inTransaction;
    private int events;
    private long bytes;

    void sent(StoredEvent event, CompletableFuture<?> acknowledgement) {
        entries.add(new Entry.Sent(event, acknowledgement));
        events++;
        bytes += event.payload().length;
        inTransaction = true;
    }

    void committed(long position) {
        entries.add(new Entry.End(position));
        inTransaction = false;
    }

    /**
     * Forgets what is acknowledged from the front on.
     *
     * @param acknowledged told each event that is
     * @return the position that may now be confirmed, or {@link #NOTHING} if none has become so
     * @throws java.util.concurrent.CompletionException if the frontmost unacknowledged event failed
     */
    long settle(Consumer<StoredEvent> acknowledged) {
        long confirmable = NOTHING;
        for (var first = settled(); first != null; first = settled()) {
            entries.remove();
            switch (first) {
                case Entry.End(var position) -> confirmable = position;
                case Entry.Sent(var event, _) -> {
                    events--;
                    bytes -= event.payload().length;
                    acknowledged.accept(event);
                }
            }
        }
        return confirmable;
    }

    private @Nullable Entry settled() {
        return switch (entries.peek()) {
            case null -> null;
            case Entry.End end -> end;
            case Entry.Sent sent -> {
                if (!sent.acknowledgement.isDone()) {
                    yield null;
                }
                sent.acknowledgement.join();
                yield sent;
            }
        };
    }

    /** Nothing is outstanding, not even the end of a transaction whose events are acknowledged. */
    boolean isEmpty() {
        return entries.isEmpty() && !inTransaction;
    }

    /** The last thing read was an event: the end of its transaction is yet to come. */
    boolean isInTransaction() {
        return inTransaction;
    }

    boolean awaitsAcknowledgements() {
        return events > 0;
    }

    int events() {
        return events;
    }

    long bytes() {
        return bytes;
    }
}
