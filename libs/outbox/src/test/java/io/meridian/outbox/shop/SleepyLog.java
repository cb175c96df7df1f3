package io.meridian.outbox.shop;

import io.meridian.outbox.relay.Change;
import io.meridian.outbox.relay.ChangeLog;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A change log whose reader falls asleep with the first event of an aggregate in its hand, as in a long pause of its process. */
final class SleepyLog implements ChangeLog {

    private static final Duration BOUND = Duration.ofSeconds(90);

    private final ChangeLog log;
    private final String aggregateId;
    private final boolean withoutAsking;
    private final CountDownLatch asleep = new CountDownLatch(1);
    private final CountDownLatch awake = new CountDownLatch(1);

    SleepyLog(ChangeLog log, String aggregateId, boolean withoutAsking) {
        this.log = log;
        this.aggregateId = aggregateId;
        this.withoutAsking = withoutAsking;
    }

    void awaitAsleep() throws InterruptedException {
        await(asleep);
    }

    void wake() {
        awake.countDown();
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(BOUND.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("nothing happened within " + BOUND);
        }
    }

    @Override
    public String slot() {
        return log.slot();
    }

    @Override
    public Reading open() throws Exception {
        return new SleepyReading(log.open());
    }

    private final class SleepyReading implements Reading {

        private final Reading reading;

        SleepyReading(Reading reading) {
            this.reading = reading;
        }

        @Override
        public @Nullable Change poll() throws Exception {
            var change = reading.poll();
            if (change instanceof Change.Appended(var event)
                    && event.aggregateId().equals(aggregateId)
                    && awake.getCount() > 0) {
                asleep.countDown();
                await(awake);
            }
            return change;
        }

        @Override
        public void confirm(long position) throws Exception {
            reading.confirm(position);
        }

        @Override
        public long read() {
            return reading.read();
        }

        @Override
        public void keepAlive() throws Exception {
            reading.keepAlive();
        }

        @Override
        public void requireHeld() throws Exception {
            if (!withoutAsking) {
                reading.requireHeld();
            }
        }

        @Override
        public void end() throws Exception {
            reading.end();
        }

        @Override
        public void close() {
            reading.close();
        }
    }
}
