package io.meridian.outbox.relay;

import io.meridian.outbox.StoredEvent;
import java.util.concurrent.CompletableFuture;

/** Where events go. */
public interface Publisher {

    /** Starts publishing. */
    Publishing open() throws Exception;

    /**
     * One attempt to publish events in order; of one thread.
     *
     * <p>Guarantees the order among the events of an aggregate also in failure: once one has failed, none of those after it arrives.
     */
    interface Publishing extends AutoCloseable {

        /** Publishes after everything published before; the future completes when the event is durable. */
        CompletableFuture<?> publish(StoredEvent event);

        /** The source transaction of what was published since the last time has ended; for a publisher that shows it as a whole. */
        default void ended() {}

        /** Nothing more may come for a while: what waits for company need not wait any longer. */
        default void hurry() {}

        @Override
        void close();
    }
}
