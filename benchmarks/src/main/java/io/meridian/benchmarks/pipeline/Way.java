package io.meridian.benchmarks.pipeline;

import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Reserve;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.Split;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A way to bound the stages of a request in time. */
enum Way {

    /** The caller's deadline, caps for each stage, all at once; the cache may be missed. */
    SPLIT("deadline and caps", "one deadline from arrival, a cap for each stage, stages side by side, the cache may be missed") {
        @Override
        Reply serve(Request request, Caps caps, Duration left) {
            var scope = DeadlineScope.root("pipeline", Deadline.after(left));
            try {
                return scope.call(() -> Split.run(scope, Reserve.USUAL, split -> {
                    var rows = split.fork("database", caps.database(), stage(request.database()));
                    var quote = split.fork("external", caps.external(), stage(request.external()));
                    var hint = split.forkOr(false, "cache", caps.cache(), stage(request.cache()));
                    return rows.await() && quote.await() && hint.await() ? Reply.WHOLE : Reply.DEGRADED;
                }));
            } catch (ScopeEndedException _) {
                return Reply.FAILED;
            }
        }
    },

    /** The naive one: whichever stage is late ends all of them. */
    SHARED("one shared timeout", "one timeout of 200 ms for all stages side by side; whichever is late ends all") {
        @Override
        Reply serve(Request request, Caps caps, Duration left) throws InterruptedException {
            var stages = List.of(stage(request.database()), stage(request.cache()), stage(request.external()));
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var all = threads.invokeAll(stages, caps.shared().toNanos(), TimeUnit.NANOSECONDS);
                return all.stream().allMatch(it -> it.state() == Future.State.SUCCESS) ? Reply.WHOLE : Reply.FAILED;
            }
        }
    },

    /** Each stage has its timeout, and nobody adds them up. */
    CAPS("caps alone", "a cap for each stage, one after another, no deadline; the cache may be missed") {
        @Override
        Reply serve(Request request, Caps caps, Duration left) throws InterruptedException {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                if (!isInTime(threads, request.database(), caps.database())) {
                    return Reply.FAILED;
                }
                var hint = isInTime(threads, request.cache(), caps.cache());
                if (!isInTime(threads, request.external(), caps.external())) {
                    return Reply.FAILED;
                }
                return hint ? Reply.WHOLE : Reply.DEGRADED;
            }
        }
    };

    /** How a request ended. */
    enum Reply {
        WHOLE,

        /** Without what the cache would have said. */
        DEGRADED,
        FAILED
    }

    private final String title;
    private final String description;

    Way(String title, String description) {
        this.title = title;
        this.description = description;
    }

    /** @param left of the caller's patience, which only one way asks for */
    abstract Reply serve(Request request, Caps caps, Duration left) throws InterruptedException;

    String title() {
        return title;
    }

    String description() {
        return description;
    }

    private static Callable<Boolean> stage(Duration takes) {
        return () -> {
            Thread.sleep(takes);
            return true;
        };
    }

    private static boolean isInTime(ExecutorService threads, Duration takes, Duration cap)
            throws InterruptedException {
        var answer = threads.submit(stage(takes));
        try {
            return answer.get(cap.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | CancellationException _) {
            answer.cancel(true);
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a stage only waits", e);
        }
    }
}
