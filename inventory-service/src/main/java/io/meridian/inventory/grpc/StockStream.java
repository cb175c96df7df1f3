package io.meridian.inventory.grpc;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.meridian.contracts.inventory.v1.StockBatch;
import io.meridian.inventory.watching.Part;
import io.meridian.inventory.watching.Subscription;
import io.meridian.inventory.watching.Subscription.Ending;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one subscriber what its subscription has, as long as gRPC wants more: that is as long as less than 32 KB wait for the connection, whose
 * flow control is the client's. What does not fit waits in the subscription, as names of products.
 *
 * <p>Sending is done by threads of its own, one at a time: whoever wakes it goes on at once.
 */
final class StockStream implements Subscription.Subscriber {

    private static final Logger log = LoggerFactory.getLogger(StockStream.class);

    private final ServerCallStreamObserver<StockBatch> caller;
    private final InstantSource clock;
    private final Executor sender;
    private final AtomicInteger wakes = new AtomicInteger();
    private volatile @Nullable Subscription subscription;
    private volatile @Nullable Ending ending;

    StockStream(ServerCallStreamObserver<StockBatch> caller, InstantSource clock, Executor sender) {
        this.caller = caller;
        this.clock = clock;
        this.sender = sender;
    }

    void begin(Subscription opened) {
        subscription = opened;
        wake();
    }

    @Override
    public void wake() {
        if (wakes.getAndIncrement() == 0) {
            sender.execute(this::send);
        }
    }

    @Override
    public void ended(Ending why) {
        ending = why;
        wake();
    }

    void callerLeft() {
        var open = subscription;
        subscription = null;
        if (open != null) {
            open.close();
        }
    }

    /** Goes on until nobody woke it meanwhile. */
    private void send() {
        int seen = wakes.get();
        do {
            try {
                sendAll();
            } catch (RuntimeException fault) {
                log.warn("a stream of the stock failed", fault);
                callerLeft();
                caller.onError(Status.INTERNAL.withCause(fault).asRuntimeException());
            }
            seen = wakes.addAndGet(-seen);
        } while (seen != 0);
    }

    private void sendAll() {
        var open = subscription;
        if (open == null || caller.isCancelled()) {
            return;
        }
        var over = ending;
        if (over != null) {
            ending = null;
            subscription = null;
            caller.onError(status(over).asRuntimeException());
            return;
        }
        while (caller.isReady()) {
            var part = open.next();
            if (part.isEmpty()) {
                return;
            }
            caller.onNext(batch(part.get(), clock.instant()));
        }
    }

    private static Status status(Ending ending) {
        return switch (ending) {
            case SLOW -> Status.ABORTED.withDescription("this subscriber took nothing for too long; go on at the last cursor");
            case LOG_AWAY -> Status.UNAVAILABLE.withDescription("the stock cannot be watched just now");
            case GOING_DOWN -> Status.UNAVAILABLE.withDescription("this instance goes down; go on at the last cursor");
        };
    }

    private static StockBatch batch(Part part, Instant now) {
        var batch = StockBatch.newBuilder()
                .setContent(
                        switch (part.content()) {
                            case CHANGES -> StockBatch.Content.CONTENT_CHANGES;
                            case LIST -> StockBatch.Content.CONTENT_LIST;
                            case CHECK -> StockBatch.Content.CONTENT_CHECK;
                        })
                .setMore(part.more())
                .setCursor(part.cursor())
                .setAgeMs(roundedUp(part.age()))
                .setSentAt(Answers.timestamp(now));
        part.products().forEach(product -> batch.addProducts(Answers.product(product)));
        if (part.committedAt() != null) {
            batch.setCommittedAt(Answers.timestamp(part.committedAt()));
        }
        return batch.build();
    }

    private static long roundedUp(Duration age) {
        return age.plusNanos(999_999).toMillis();
    }
}
