package io.meridian.benchmarks.pipeline;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What became of a stream of requests. They arrive when they are due, whether or not earlier ones have been answered, and their time
 * counts from when they were due.
 *
 * @param answeredNanos of those that were answered, in order
 * @param allNanos of all of them, refusals included, in order
 * @param failed how many were not answered
 * @param degraded how many were answered without the cache
 * @param late how many had a reply only after the caller's patience
 */
record Run(long[] answeredNanos, long[] allNanos, int failed, int degraded, int late) {

    static Run of(Way way, List<Request> requests, Duration patience) throws InterruptedException {
        var nanos = new long[requests.size()];
        var replies = new Way.Reply[requests.size()];
        var done = new CountDownLatch(requests.size());
        var start = System.nanoTime();
        for (var i = 0; i < requests.size(); i++) {
            var request = requests.get(i);
            var due = start + request.at().toNanos();
            awaitMoment(due);
            var index = i;
            Thread.startVirtualThread(() -> {
                replies[index] = reply(way, request, due, patience);
                nanos[index] = System.nanoTime() - due;
                done.countDown();
            });
        }
        done.await();
        return counted(nanos, replies, patience);
    }

    /** Some runs as one. */
    static Run together(List<Run> runs) {
        return new Run(
                sorted(runs.stream().map(Run::answeredNanos).flatMapToLong(Arrays::stream)),
                sorted(runs.stream().map(Run::allNanos).flatMapToLong(Arrays::stream)),
                runs.stream().mapToInt(Run::failed).sum(),
                runs.stream().mapToInt(Run::degraded).sum(),
                runs.stream().mapToInt(Run::late).sum());
    }

    int requests() {
        return allNanos.length;
    }

    /** How long this share of the requests waited at most for a reply. */
    double percentileMillis(double share) {
        return allNanos[(int) Math.min(allNanos.length - 1, Math.ceil(share * allNanos.length) - 1)] / 1e6;
    }

    double failedPercent() {
        return percent(failed);
    }

    double degradedPercent() {
        return percent(degraded);
    }

    double latePercent() {
        return percent(late);
    }

    private double percent(int count) {
        return 100.0 * count / requests();
    }

    private static Way.Reply reply(Way way, Request request, long due, Duration patience) {
        try {
            return way.serve(request, Caps.USUAL, patience.minusNanos(System.nanoTime() - due));
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a request from outside", e);
        }
    }

    private static Run counted(long[] nanos, Way.Reply[] replies, Duration patience) {
        var indices = IntStream.range(0, nanos.length);
        var answered = indices.filter(i -> replies[i] != Way.Reply.FAILED).mapToLong(i -> nanos[i]);
        return new Run(
                sorted(answered),
                sorted(Arrays.stream(nanos)),
                count(replies, Way.Reply.FAILED),
                count(replies, Way.Reply.DEGRADED),
                (int) Arrays.stream(nanos)
                        .filter(it -> it > patience.toNanos())
                        .count());
    }

    private static int count(Way.Reply[] replies, Way.Reply wanted) {
        return (int) Arrays.stream(replies).filter(it -> it == wanted).count();
    }

    private static long[] sorted(LongStream nanos) {
        return nanos.sorted().toArray();
    }

    private static void awaitMoment(long nanos) {
        for (var left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
