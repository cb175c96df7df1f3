package io.meridian.edges.faults;

import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Does what is due when the test lets time pass, in the order in which it is due. */
final class ManualTimer implements Timer {

    private final ManualTime time = new ManualTime();
    private final List<Due> dues = new ArrayList<>();
    private long now;

    private record Due(long at, Runnable task) {}

    ManualTime time() {
        return time;
    }

    void pass(Duration duration) {
        var until = now + duration.toNanos();
        for (var next = next(until); next != null; next = next(until)) {
            dues.remove(next);
            goTo(next.at());
            next.task().run();
        }
        goTo(until);
    }

    int pending() {
        return dues.size();
    }

    @Override
    public Runnable after(long nanos, Runnable task) {
        var due = new Due(now + nanos, task);
        dues.add(due);
        return () -> dues.remove(due);
    }

    @Override
    public void stop() {
        dues.clear();
    }

    private @Nullable Due next(long until) {
        return dues.stream()
                .filter(it -> it.at() <= until)
                .min(Comparator.comparingLong(Due::at))
                .orElse(null);
    }

    private void goTo(long at) {
        time.advance(Duration.ofNanos(at - now));
        now = at;
    }
}
