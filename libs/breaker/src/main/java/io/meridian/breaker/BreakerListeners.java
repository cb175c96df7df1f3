package io.meridian.breaker;

import java.util.List;
import java.util.function.Consumer;

/** Several listeners as one. A listener that throws keeps neither the others from hearing nor the call from going on. */
public final class BreakerListeners {

    /** Nobody listens. */
    public static final BreakerListener NONE = new BreakerListener() {};

    private BreakerListeners() {}

    /** The listener that tells all of them. */
    public static BreakerListener of(List<? extends BreakerListener> listeners) {
        return listeners.isEmpty() ? NONE : new All(List.copyOf(listeners));
    }

    private record All(List<BreakerListener> listeners) implements BreakerListener {

        @Override
        public void rejected(String breaker, Rejection why) {
            tell(it -> it.rejected(breaker, why));
        }

        @Override
        public void changed(String breaker, String from, String to, String why) {
            tell(it -> it.changed(breaker, from, to, why));
        }

        @Override
        public void withoutDeadline(String breaker) {
            tell(it -> it.withoutDeadline(breaker));
        }

        private void tell(Consumer<BreakerListener> news) {
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
