package io.meridian.deadline.redis;

import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.Ending;
import io.meridian.deadline.Stage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what became of commands. */
final class Heard implements DeadlineListener {

    final List<String> told = new CopyOnWriteArrayList<>();

    @Override
    public void stopped(Stage stage, Ending ending) {
        told.add("stopped " + stage + " " + ending);
    }

    @Override
    public void refusedBeforeDispatch(String hop, Duration left) {
        told.add("refused " + hop + " " + left);
    }

    @Override
    public void missing(Stage stage) {
        told.add("missing " + stage);
    }
}
