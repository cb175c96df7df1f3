package io.meridian.benchmarks.incident;

import io.meridian.benchmarks.incident.Sample.Answer;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/** Requests that come as they come, one in each fixed interval, whether those before them are answered or not. */
final class Traffic {

    private Traffic() {}

    /** Makes one request after the other for {@code time} and waits for the answer to each. */
    static Sample of(double perSecond, Duration time, IntFunction<Answer> request) {
        var answers = new ConcurrentLinkedQueue<Answer>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            send(perSecond, time, request, answers, threads);
        }
        return Sample.of(answers);
    }

    private static void send(
            double perSecond,
            Duration time,
            IntFunction<Answer> request,
            Collection<Answer> answers,
            ExecutorService threads) {
        var began = System.nanoTime();
        var requests = (int) (perSecond * time.toMillis() / 1_000);
        for (var i = 0; i < requests; i++) {
            var due = began + (long) (i * 1e9 / perSecond);
            while (System.nanoTime() - due < 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            var number = i;
            threads.execute(() -> answers.add(request.apply(number)));
        }
    }
}
