package io.meridian.deadline;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.deadline.TimeoutHeader.Reading;
import io.meridian.deadline.TimeoutHeader.Reading.Absent;
import io.meridian.deadline.TimeoutHeader.Reading.Malformed;
import io.meridian.deadline.TimeoutHeader.Reading.Timeout;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeoutHeaderTest {

    @ParameterizedTest
    @CsvSource({
        "1500, PT1.5S",
        "1500.2, PT1.5002S",
        "1500.25, PT1.50025S",
        "0.001, PT0.000001S",
        "0, PT0S",
        "00000001, PT0.001S",
        "99999999, PT27H46M39.999S",
        "99999999.999, PT27H46M39.999999S"
    })
    void readsMilliseconds(String value, Duration timeout) {
        assertThat(TimeoutHeader.read(value)).isEqualTo(new Timeout(timeout));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", ".", ".5", "5.", "5.1234", "-1", "+1", "1e3", "0x10", "1 500", " 1500", "1500 ", "123456789",
                "1.5.0", "abc", "NaN", "Infinity", "1500ms", "1,5", "100, 200", "١٥٠٠", "１５"})
    void whatIsNotMillisecondsIsMalformed(String value) {
        assertThat(TimeoutHeader.read(value))
                .isInstanceOfSatisfying(Malformed.class, it -> {
                    assertThat(it.header()).isEqualTo("x-request-timeout-ms");
                    assertThat(it.found()).isEqualTo(value);
                });
    }

    @Test
    void noHeaderIsAbsent() {
        assertThat(TimeoutHeader.read(null)).isEqualTo(new Absent());
        assertThat(TimeoutHeader.readEnvoy(null)).isEqualTo(new Absent());
        assertThat(TimeoutHeader.readGrpc(null)).isEqualTo(new Absent());
        assertThat(TimeoutHeader.least(_ -> null)).isEqualTo(new Absent());
    }

    @Test
    void whatWasFoundIsCutToAReadableLength() {
        assertThat(TimeoutHeader.read("9".repeat(10_000)))
                .isInstanceOfSatisfying(Malformed.class, it -> assertThat(it.found()).isEqualTo("9".repeat(32) + "…"));
    }

    @ParameterizedTest
    @CsvSource({"1, PT0.001S", "1500, PT1.5S", "99999999, PT27H46M39.999S"})
    void readsEnvoysMilliseconds(String value, Duration timeout) {
        assertThat(TimeoutHeader.readEnvoy(value)).isEqualTo(new Timeout(timeout));
    }

    @Test
    void zeroOfEnvoyIsNoTimeout() {
        assertThat(TimeoutHeader.readEnvoy("0")).isEqualTo(new Absent());
        assertThat(TimeoutHeader.readEnvoy("000")).isEqualTo(new Absent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.5", "-1", "123456789", "1m"})
    void whatIsNotEnvoysIsMalformed(String value) {
        assertThat(TimeoutHeader.readEnvoy(value)).isInstanceOf(Malformed.class);
    }

    @ParameterizedTest
    @CsvSource({
        "1H, PT1H",
        "2M, PT2M",
        "3S, PT3S",
        "4m, PT0.004S",
        "5u, PT0.000005S",
        "6n, PT0.000000006S",
        "0n, PT0S",
        "99999999H, PT99999999H"
    })
    void readsGrpcs(String value, Duration timeout) {
        assertThat(TimeoutHeader.readGrpc(value)).isEqualTo(new Timeout(timeout));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "S", "1s", "1h", "1.5S", "-1S", "123456789n", "1 S", "1Sm", "１S"})
    void whatIsNotGrpcsIsMalformed(String value) {
        assertThat(TimeoutHeader.readGrpc(value)).isInstanceOf(Malformed.class);
    }

    @ParameterizedTest
    @CsvSource({
        "PT1.5S, 1500",
        "PT1.50025S, 1500.250",
        "PT0.000001S, 0.001",
        "PT0.000000999S, 0",
        "PT0.000012S, 0.012",
        "PT0S, 0",
        "PT-1S, 0",
        "PT27H46M39.999S, 99999999",
        "PT27H46M40S, 99999999",
        "PT876000000H, 99999999"
    })
    void writesMilliseconds(Duration left, String value) {
        assertThat(TimeoutHeader.write(left)).isEqualTo(value);
    }

    @Test
    void whatIsWrittenIsReadAsTheSameToTheMicrosecondAndNeverAsMore() {
        var random = new Random(3);
        for (var n = 0; n < 200_000; n++) {
            var left = Duration.ofNanos(random.nextLong(1L << random.nextInt(1, 62)));

            var read = TimeoutHeader.read(TimeoutHeader.write(left));

            assertThat(read).isInstanceOfSatisfying(Timeout.class, it -> {
                assertThat(it.value()).isLessThanOrEqualTo(left);
                if (left.compareTo(Duration.ofMillis(99_999_999)) <= 0) {
                    assertThat(it.value()).isGreaterThan(left.minusNanos(1_000));
                }
            });
        }
    }

    /** Random bytes never make it throw, and are understood only if they have the form that is promised. */
    @Test
    void anythingIsReadWithoutAFault() {
        var random = new Random(4);
        var letters = "0123456789.-+eE HMSmun,x\u0000\u00e9";
        for (var n = 0; n < 200_000; n++) {
            var text = new StringBuilder();
            for (var length = random.nextInt(12); length > 0; length--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            var value = text.toString();

            assertThat(TimeoutHeader.read(value) instanceof Timeout)
                    .describedAs(value)
                    .isEqualTo(value.matches("[0-9]{1,8}(\\.[0-9]{1,3})?"));
            assertThat(TimeoutHeader.readEnvoy(value) instanceof Malformed)
                    .describedAs(value)
                    .isEqualTo(!value.matches("[0-9]{1,8}"));
            assertThat(TimeoutHeader.readGrpc(value) instanceof Timeout)
                    .describedAs(value)
                    .isEqualTo(value.matches("[0-9]{1,8}[HMSmun]"));
        }
    }

    @Test
    void leastOfAllThatCanBeReadCounts() {
        assertThat(least("900", "800", "1S")).isEqualTo(new Timeout(Duration.ofMillis(800)));
        assertThat(least("700", "800", "1S")).isEqualTo(new Timeout(Duration.ofMillis(700)));
        assertThat(least("700", "800", "6m")).isEqualTo(new Timeout(Duration.ofMillis(6)));
        assertThat(least("700", "0", null)).isEqualTo(new Timeout(Duration.ofMillis(700)));
        assertThat(least(null, "800", null)).isEqualTo(new Timeout(Duration.ofMillis(800)));
    }

    @Test
    void malformedOneDoesNotHideAReadableOne() {
        assertThat(least("x", "800", null)).isEqualTo(new Timeout(Duration.ofMillis(800)));
        assertThat(least("900", "x", null)).isEqualTo(new Timeout(Duration.ofMillis(900)));
        assertThat(least(null, "x", "1S")).isEqualTo(new Timeout(Duration.ofSeconds(1)));
    }

    @Test
    void malformedOneIsSaidWhenNoneCanBeRead() {
        assertThat(least("x", null, null)).isInstanceOf(Malformed.class);
        assertThat(least(null, "x", null)).isInstanceOf(Malformed.class);
        assertThat(least(null, null, "x")).isInstanceOf(Malformed.class);
        assertThat(least("x", "0", "y")).isInstanceOfSatisfying(Malformed.class, it -> assertThat(it.found())
                .isEqualTo("x"));
    }

    @Test
    void onlyATimeoutIsATimeout() {
        assertThat(TimeoutHeader.timeout(new Timeout(Duration.ofMillis(1)))).contains(Duration.ofMillis(1));
        assertThat(TimeoutHeader.timeout(new Absent())).isEmpty();
        assertThat(TimeoutHeader.timeout(TimeoutHeader.read("x"))).isEmpty();
    }

    private static Reading least(@Nullable String ours, @Nullable String envoys, @Nullable String grpcs) {
        return TimeoutHeader.least(name -> switch (name) {
            case TimeoutHeader.NAME -> ours;
            case TimeoutHeader.ENVOY -> envoys;
            case TimeoutHeader.GRPC -> grpcs;
            default -> throw new AssertionError(name);
        });
    }
}
