package io.meridian.deadline.grpc;

import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.Stage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it was told. */
final class Heard implements DeadlineListener {

    record Closed(Duration granted, Duration used) {}

    record Granted(String hop, Duration granted, Duration reserved) {}

    record Returned(String hop, Duration granted, Duration reserved, Duration used) {}

    final List<Duration> opened = new CopyOnWriteArrayList<>();
    final List<Closed> closed = new CopyOnWriteArrayList<>();
    final List<String> refusedAtEntry = new CopyOnWriteArrayList<>();
    final List<Granted> granted = new CopyOnWriteArrayList<>();
    final List<Returned> returned = new CopyOnWriteArrayList<>();
    final List<String> refusedBeforeDispatch = new CopyOnWriteArrayList<>();
    final List<String> stopped = new CopyOnWriteArrayList<>();
    final List<Stage> missing = new CopyOnWriteArrayList<>();

    @Override
    public void opened(DeadlineScope scope) {
        opened.add(scope.deadline().budget());
    }

    @Override
    public void closed(DeadlineScope scope, Duration granted, Duration used) {
        closed.add(new Closed(granted, used));
    }

    @Override
    public void refusedAtEntry(String entry) {
        refusedAtEntry.add(entry);
    }

    @Override
    public void granted(String hop, Duration granted, Duration reserved) {
        this.granted.add(new Granted(hop, granted, reserved));
    }

    @Override
    public void returned(String hop, Duration granted, Duration reserved, Duration used) {
        returned.add(new Returned(hop, granted, reserved, used));
    }

    @Override
    public void refusedBeforeDispatch(String hop, Duration left) {
        refusedBeforeDispatch.add(hop);
    }

    @Override
    public void stopped(Stage stage, Ending ending) {
        stopped.add(stage + " " + ending);
    }

    @Override
    public void missing(Stage stage) {
        missing.add(stage);
    }
}
