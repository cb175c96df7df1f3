package io.meridian.deadline;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Several listeners as one. A listener that throws keeps neither the others from hearing nor the work from going on. */
public final class DeadlineListeners {

    /** Nobody listens. */
    public static final DeadlineListener NONE = new DeadlineListener() {};

    private final DeadlineListener all;

    public DeadlineListeners(List<? extends DeadlineListener> listeners) {
        this.all = listeners.isEmpty() ? NONE : new All(List.copyOf(listeners));
    }

    /** The listener that tells all of them. */
    public DeadlineListener all() {
        return all;
    }

    private record All(List<DeadlineListener> listeners) implements DeadlineListener {

    @Override
    public void opened(DeadlineScope scope) {
        tell(it -> it.opened(scope));
    }

    @Override
    public void closed(DeadlineScope scope, Duration granted, Duration used) {
        tell(it -> it.closed(scope, granted, used));
    }

    @Override
    public void refusedAtEntry(String entry) {
        tell(it -> it.refusedAtEntry(entry));
    }

    @Override
    public void granted(String hop, Duration granted, Duration reserved) {
        tell(it -> it.granted(hop, granted, reserved));
    }

    @Override
    public void returned(String hop, Duration granted, Duration reserved, Duration used) {
        tell(it -> it.returned(hop, granted, reserved, used));
    }

    @Override
    public void refusedBeforeDispatch(String hop, Duration left) {
        tell(it -> it.refusedBeforeDispatch(hop, left));
    }

    @Override
    public void stopped(Stage stage, Ending ending) {
        tell(it -> it.stopped(stage, ending));
    }

    @Override
    public void missing(Stage stage) {
        tell(it -> it.missing(stage));
    }

    @Override
    public void malformed(String header) {
        tell(it -> it.malformed(header));
    }

    private void tell(Consumer<DeadlineListener> news) {
        for (var listener : listeners) {
            try {
                news.accept(listener);
            } catch (RuntimeException _) {
                // whoever listens has to look after itself
            }
        }
    }
    }
}
