package io.meridian.breaker.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttemptEndTest {

    @ParameterizedTest
    @CsvSource({
        "ANSWERED, false",
        "NOT_SENT, true",
        "BROKEN, true",
        "PUSHED_BACK, true",
        "FAULTY, false",
        "EXPIRED, false",
        "REJECTED, false",
        "CANCELLED, false"
    })
    void endSaysWhetherAnotherMayFollow(AttemptEnd end, boolean mayFollow) {
        assertThat(end.anotherMayFollow()).isEqualTo(mayFollow);
    }

    @Test
    void tableIsWhole() {
        assertThat(EnumSet.allOf(AttemptEnd.class)).hasSize(8);
    }

    @Test
    void refusalOfTheBusinessIsAnAnswer() {
        assertThat(IntStream.range(100, 500).mapToObj(status -> AttemptEnd.ofHttp(status, false, 0, false)))
                .containsOnly(AttemptEnd.ANSWERED);
    }

    @ParameterizedTest
    @CsvSource({
        "500, false, , false, FAULTY",
        "500, false, 1, false, FAULTY",
        "501, false, , false, ANSWERED",
        "505, false, , false, ANSWERED",
        "502, false, 1, false, FAULTY",
        "503, false, , false, FAULTY",
        "503, false, 0, false, PUSHED_BACK",
        "503, false, 2, false, PUSHED_BACK",
        "503, false, 'Wed, 21 Oct 2026 07:28:00 GMT', false, FAULTY",
        "503, false, 1, true, ANSWERED", // the order was rejected, and is where Location says
        "503, true, 1, false, EXPIRED",
        "504, true, , false, EXPIRED",
        "504, true, 1, true, EXPIRED",
        "504, false, , false, FAULTY",
        "599, false, 1, false, FAULTY"
    })
    void statusAndHeadersSayWhatAnAnswerIs(
            int status, boolean expired, String retryAfter, boolean location, AttemptEnd end) {
        assertThat(AttemptEnd.ofHttp(status, expired, Pushback.nanos(retryAfter), location)).isEqualTo(end);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "120, 120", "999999, 999999"})
    void pushbackIsReadInWholeSeconds(String header, long seconds) {
        assertThat(Pushback.nanos(header)).isEqualTo(TimeUnit.SECONDS.toNanos(seconds));
    }

    @ParameterizedTest
    @CsvSource({"''", "-1", "1.5", "+1", "1000000", "soon", "'1 '", "\u0661"})
    void whatIsNotANumberOfSecondsIsNoPushback(String header) {
        assertThat(Pushback.nanos(header)).isEqualTo(Pushback.NONE);
    }
}
