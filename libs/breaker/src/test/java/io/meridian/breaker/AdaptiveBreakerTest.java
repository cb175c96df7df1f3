package io.meridian.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AdaptiveBreakerTest {

    private final Dependency stock = new Dependency();

    @Test
    void aHealthyDependencyIsAskedEveryTime() {
        stock.run(Duration.ofSeconds(30));

        assertThat(stock.refused).isZero();
        assertThat(stock.heard).isEmpty();
    }

    @Test
    void opensAndClosesAgainAroundAnOutage() {
        stock.run(Duration.ofSeconds(5));

        stock.answer = Outcome.FAILED;
        stock.run(Duration.ofSeconds(2));

        assertThat(stock.heard).first().isEqualTo("CLOSED -> OPEN");

        stock.answer = Outcome.SUCCEEDED;
        stock.run(Duration.ofSeconds(3));

        assertThat(stock.heard).endsWith("OPEN -> HALF_OPEN", "HALF_OPEN -> CLOSED");
        assertThat(stock.breaker.state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void opensOnABlackholeBeforeTheFirstDeadlinePasses() {
        stock.budget = Duration.ofSeconds(5);
        stock.run(Duration.ofSeconds(5));

        stock.hang();
        stock.run(Duration.ofSeconds(1));

        assertThat(stock.breaker.snapshot().why()).startsWith("opened: nothing was answered");
        assertThat(stock.heard).containsExactly("CLOSED -> OPEN");
    }

    @Test
    void halfTheCallsFailingNeverOpensIt() {
        stock.run(Duration.ofSeconds(5));

        stock.failing = .5;
        stock.run(Duration.ofSeconds(30));

        assertThat(stock.heard).isEmpty();
    }

    @Test
    void slowAnswersLowerTheLimit() {
        stock.run(Duration.ofSeconds(5));
        int before = stock.breaker.limit();

        stock.latency = Duration.ofMillis(250);
        stock.run(Duration.ofSeconds(5));

        assertThat(stock.breaker.limit()).isLessThan(before / 2);
        assertThat(stock.breaker.snapshot().rejections().get(Rejection.LIMIT)).isPositive();
    }
}
