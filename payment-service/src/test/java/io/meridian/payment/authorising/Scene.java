package io.meridian.payment.authorising;

import io.meridian.payment.model.Charge;
import io.meridian.payment.model.Money;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.State;
import io.meridian.payment.model.Token;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;

/** The use cases over fakes, and one order to try them on. */
final class Scene {

    static final Patience PATIENCE = new Patience(
            Duration.ofMinutes(30),
            Duration.ofSeconds(3),
            Duration.ofSeconds(5),
            Duration.ofMillis(500),
            Duration.ofMinutes(1));

    final ManualTime time = new ManualTime();
    final FakePayments payments = new FakePayments();
    final FakeProvider provider = new FakeProvider();
    final OrderId order = new OrderId(new UUID(0x0190_0000_0000_7000L, 0x8000_0000_0000_0001L));
    final Money amount = new Money(4_998, "EUR");
    final Charge charge = new Charge(amount, new Token("tok_ok"));

    final FakeDecisions decisions = new FakeDecisions();
    final Means means = means(payments);

    final Authorise authorise = new Authorise(means);
    final Capture capture = new Capture(means);
    final Undo undo = new Undo(means);
    final FinishOverdue finishOverdue = new FinishOverdue(means, undo, Executors::newVirtualThreadPerTaskExecutor);

    /** The same with other payments, as after a restart or in another instance. */
    Means means(Payments payments) {
        return new Means(payments, provider, decisions, PATIENCE, time.instants());
    }

    Authorise.Outcome authorised() {
        return authorise.authorise(order, 0, charge);
    }

    Capture.Outcome captured() {
        return capture.capture(order, amount, Ending.ALONE);
    }

    Undo.Outcome undone(Undo.Cause cause) {
        return undo.undo(order, cause, Ending.ALONE);
    }

    State state() {
        return payments.state(order);
    }

    /** Lets everything that is due become due, again and again, for a day. */
    void aDayPasses() {
        for (var minute = 0; minute < 24 * 60; minute++) {
            time.advance(Duration.ofMinutes(1));
            finishOverdue.finish(10);
        }
    }

    /** Everyone starts at the same moment. */
    static <T> List<T> atOnce(int count, Callable<T> call) throws Exception {
        var barrier = new CyclicBarrier(count);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<T>();
            var futures = threads.invokeAll(Collections.nCopies(count, (Callable<T>) () -> {
                barrier.await();
                return call.call();
            }));
            for (var future : futures) {
                answers.add(future.get());
            }
            return answers;
        }
    }
}
