package io.meridian.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RejectionTest {

    @ParameterizedTest
    @EnumSource
    void isReadFromTheRefusedPermit(Rejection why) {
        assertThat(why.permit()).isNegative();
        assertThat(Rejection.of(why.permit())).isEqualTo(why);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -5, Long.MIN_VALUE, Long.MAX_VALUE})
    void isNotReadFromAnythingElse(long permit) {
        assertThatThrownBy(() -> Rejection.of(permit))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(permit));
    }

    @Test
    void theExceptionSaysWhoWhyAndWhenAgainAndHasNoStackTrace() {
        var thrown = new CallRejectedException("stock", Rejection.LIMIT, Duration.ofMillis(3));

        assertThat(thrown).hasMessage("stock was not asked: LIMIT");
        assertThat(thrown.breaker()).isEqualTo("stock");
        assertThat(thrown.reason()).isEqualTo(Rejection.LIMIT);
        assertThat(thrown.retryAfter()).isEqualTo(Duration.ofMillis(3));
        assertThat(thrown.getStackTrace()).isEmpty();
    }
}
