package io.meridian.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BreakerListenersTest {

    @Test
    void oneThatThrowsDoesNotKeepTheOthersFromHearing() {
        List<String> heard = new ArrayList<>();
        var all = BreakerListeners.of(List.of(new Failing(), new Remembering(heard)));

        all.rejected("stock", Rejection.OPEN);
        all.changed("stock", "CLOSED", "OPEN", "why");
        all.withoutDeadline("stock");

        assertThat(heard).containsExactly("OPEN", "CLOSED -> OPEN: why", "without deadline");
    }

    @Test
    void nobodyListensToNobody() {
        assertThat(BreakerListeners.of(List.of())).isSameAs(BreakerListeners.NONE);
    }

    private static final class Failing implements BreakerListener {

        @Override
        public void rejected(String breaker, Rejection why) {
            throw new IllegalStateException("rejected");
        }

        @Override
        public void changed(String breaker, String from, String to, String why) {
            throw new IllegalStateException("changed");
        }

        @Override
        public void withoutDeadline(String breaker) {
            throw new IllegalStateException("without deadline");
        }
    }

    private record Remembering(List<String> heard) implements BreakerListener {

        @Override
        public void rejected(String breaker, Rejection why) {
            heard.add(why.name());
        }

        @Override
        public void changed(String breaker, String from, String to, String why) {
            heard.add(from + " -> " + to + ": " + why);
        }

        @Override
        public void withoutDeadline(String breaker) {
            heard.add("without deadline");
        }
    }
}
