package io.meridian.payment.grpc;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineScope;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An entry that opens a scope, and waits with a bound. */
public final class PaymentEntry {

    public DeadlineScope opens() {
        return DeadlineScope.root("grpc", new Deadline(1));
    }

    public @Nullable String waits(
            Future<String> future, CountDownLatch latch, Thread thread, ArrayBlockingQueue<String> queue) throws Exception {
        thread.join(1_000);
        return latch.await(1, SECONDS) && queue.offer("") ? future.get(1, SECONDS) : queue.poll(1, SECONDS);
    }

    public String getsWhatIsThere(Supplier<String> supplier, Future<String> done) {
        return supplier.get() + done.resultNow();
    }
}
