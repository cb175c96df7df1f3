package io.meridian.order.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.breaker.Breaker;
import io.meridian.breaker.BreakerSnapshot;
import io.meridian.breaker.Breakers;
import io.meridian.breaker.Outcome;
import io.meridian.order.placing.Neighbours.Answer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BreakersOnTheWayTest {

    private final Fakes fakes = new Fakes();
    private final Fake payment = fakes.named("payment");
    private final BreakersOnTheWay way = new BreakersOnTheWay(fakes, List.of("inventory", "payment"));

    @ParameterizedTest
    @ValueSource(strings = {"CLOSED", "DISABLED", "METRICS_ONLY"})
    void ordersAreBegunWhileAllWork(String state) {
        payment.is(state, Duration.ZERO);

        for (var order = 0; order < 100; order++) {
            assertThat(way.ask()).isInstanceOf(Answer.There.class);
        }
        assertThat(way.isClosed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPEN", "FORCED_OPEN"})
    void noneIsBegunWhileOneIsAway(String state) {
        payment.is(state, Duration.ofMillis(340));

        assertThat(way.ask()).isEqualTo(new Answer.Away("payment", Duration.ofMillis(340)));
        assertThat(way.isClosed()).isTrue();
    }

    @Test
    void oneAtATimeIsBegunToFindOutWhetherItIsBackAndTheOthersWaitForThat() {
        payment.is("OPEN", Duration.ZERO);
        var first = (Answer.There) way.ask();
        payment.is("HALF_OPEN", Duration.ofMillis(500));

        assertThat(way.ask()).isEqualTo(new Answer.Away("payment", Duration.ofMillis(500)));
        first.close();

        assertThat(way.ask()).isInstanceOf(Answer.There.class);
        assertThat(way.ask()).isInstanceOf(Answer.Away.class);
        payment.is("CLOSED", Duration.ZERO);
        assertThat(way.ask()).isInstanceOf(Answer.There.class);
    }

    @Test
    void oneThatIsAwayCountsMoreThanOneThatIsTried() {
        fakes.named("inventory").is("HALF_OPEN", Duration.ofMillis(500));
        payment.is("OPEN", Duration.ofMillis(20));

        assertThat(way.ask()).isEqualTo(new Answer.Away("payment", Duration.ofMillis(20)));
    }

    private static final class Fakes implements Breakers {

        private final Map<String, Fake> all = new HashMap<>();

        @Override
        public Fake named(String name) {
            return all.computeIfAbsent(name, Fake::new);
        }

        @Override
        public Collection<Breaker> all() {
            return List.copyOf(all.values());
        }
    }

    private static final class Fake implements Breaker {

        private final String name;
        private String state = "CLOSED";
        private Duration retryAfter = Duration.ZERO;

        Fake(String name) {
            this.name = name;
        }

        void is(String next, Duration wait) {
            state = next;
            retryAfter = wait;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long enter(long remainingNanos) {
            throw new AssertionError("it is looked at, not used");
        }

        @Override
        public void leave(long permit, Outcome outcome, long remainingAtEntryNanos) {
            throw new AssertionError("it is looked at, not used");
        }

        @Override
        public BreakerSnapshot snapshot() {
            return new BreakerSnapshot(
                    name, state, "", Duration.ZERO, retryAfter, 20, 0, 0, 0, 0, 0, 0, 0, Map.of(), 0, 0, 0, 0, 0, 0, 0);
        }
    }
}
