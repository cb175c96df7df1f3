package io.meridian.breaker.shedding;

import java.util.List;
import java.util.function.Consumer;

/** Several listeners as one. A listener that throws keeps the others from nothing. */
public final class DoorListeners {

    private DoorListeners() {}

    /** The listener that tells all of them. */
    public static DoorListener of(List<? extends DoorListener> listeners) {
        return listeners.isEmpty() ? DoorListener.NONE : new All(List.copyOf(listeners));
    }

    private record All(List<DoorListener> listeners) implements DoorListener {

        @Override
        public void admitted(Priority priority, long waitedNanos) {
            tell(it -> it.admitted(priority, waitedNanos));
        }

        @Override
        public void shed(Priority priority, Shed why) {
            tell(it -> it.shed(priority, why));
        }

        private void tell(Consumer<DoorListener> news) {
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
