package io.meridian.deadline.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnTimeoutsTest {

    @ParameterizedTest
    @CsvSource({"0,0", "250ms,250", "7s,7000", "90s,90000", "2min,120000", "3h,10800000", "1d,86400000"})
    void whatPostgresShowsIsRead(String shown, int millis) {
        assertThat(OwnTimeouts.millis(shown)).isEqualTo(millis);
    }

    @Test
    void anythingElseIsNotGuessed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OwnTimeouts.millis("7 fortnights"))
                .withMessageContaining("7 fortnights");
    }
}
