package io.meridian.deadline.grpc;

import static io.meridian.deadline.TimeoutHeader.readGrpc;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.internal.GrpcUtil;
import io.meridian.deadline.TimeoutHeader.Reading;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our reading of {@code grpc-timeout} beside grpc-java's own. Values are random, from seeds that do not change. */
class TimeoutHeaderGrpcTest {

    private static final Metadata.Key<String> TEXT = Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);
    private static final Duration LONGEST_OF_GRPC = Duration.ofNanos(Long.MAX_VALUE);
    private static final String UNITS = "HMSmun";
    private static final int MANY = 200_000;

    @Test
    void everyValueOfTheGrammarIsReadAsGrpcReadsIt() {
        var random = new Random(1);
        for (var i = 0; i < MANY; i++) {
            var value = digits(random, 1 + random.nextInt(8)) + UNITS.charAt(random.nextInt(UNITS.length()));

            assertThat(ours(value)).as(value).isPresent().isEqualTo(grpcs(value));
        }
    }

    @Test
    void whatGrpcWritesIsReadAsItReadsItAndIsNeverLonger() {
        var random = new Random(2);
        for (var i = 0; i < MANY; i++) {
            // Each magnitude is as likely as any other.
            var nanos = random.nextLong() >>> (1 + random.nextInt(63));
            var value = written(nanos);

            var read = ours(value);

            assertThat(read).as("%s for %d ns", value, nanos).isPresent().isEqualTo(grpcs(value));
            // A nanosecond is the least that it writes.
            assertThat(read.orElseThrow()).as("%s for %d ns", value, nanos).isLessThanOrEqualTo(
                    Duration.ofNanos(Math.max(1, nanos)));
        }
    }

    @Test
    void whatGrpcWritesLosesLessThanAPercentMille() {
        var random = new Random(3);
        for (var i = 0; i < MANY; i++) {
            // Under 100,000,000 hours; a longer time than that has no form.
            var nanos = random.nextLong() >>> (1 + random.nextInt(50));

            var lost = Duration.ofNanos(nanos).minus(ours(written(nanos)).orElseThrow());

            assertThat(lost).as("%d ns", nanos).isLessThanOrEqualTo(Duration.ofNanos(nanos / 100_000 + 1));
        }
    }

    @Test
    void whateverIsNoTimeoutToGrpcIsNoneToUs() {
        var random = new Random(4);
        var malformed = 0;
        for (var i = 0; i < MANY; i++) {
            var value = mutated(random, digits(random, random.nextInt(11)) + "HMSmun sUN".charAt(random.nextInt(10)));
            if (grpcs(value).isEmpty()) {
                malformed++;
                assertThat(ours(value)).as(value).isEmpty();
            } else if (!isSigned(value)) {
                assertThat(ours(value)).as(value).isEqualTo(grpcs(value));
            }
        }
        assertThat(malformed).as("the generator makes bad ones too").isGreaterThan(MANY / 10);
    }

    /** The one difference: the protocol says digits, and grpc-java takes a sign for one of them. */
    @ParameterizedTest
    @ValueSource(strings = {"-5S", "+5S", "-0m", "+1234567n"})
    void signIsMalformedThoughGrpcTakesIt(String value) {
        assertThat(grpcs(value)).isPresent();
        assertThat(readGrpc(value)).isInstanceOf(Reading.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "S", "5", "5s", "5 S", " 5S", "5S ", "123456789S", "0x5S", "5.5S", "5,S", "٥S", "5SS", "1e3m", "--5S"})
    void malformedToBoth(String value) {
        assertThat(grpcs(value)).isEmpty();
        assertThat(readGrpc(value)).isInstanceOf(Reading.Malformed.class);
    }

    private static Optional<Duration> ours(String value) {
        return readGrpc(value) instanceof Reading.Timeout(var timeout)
                // grpc-java counts in a long of nanoseconds, and stops at its end.
                ? Optional.of(timeout.compareTo(LONGEST_OF_GRPC) > 0 ? LONGEST_OF_GRPC : timeout)
                : Optional.empty();
    }

    private static Optional<Duration> grpcs(String value) {
        var headers = new Metadata();
        headers.put(TEXT, value);
        try {
            return Optional.ofNullable(headers.get(GrpcUtil.TIMEOUT_KEY)).map(Duration::ofNanos);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static String written(long nanos) {
        var headers = new Metadata();
        headers.put(GrpcUtil.TIMEOUT_KEY, nanos);
        return Objects.requireNonNull(headers.get(TEXT));
    }

    private static boolean isSigned(String value) {
        return value.startsWith("-") || value.startsWith("+");
    }

    private static String digits(Random random, int count) {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++) {
            text.append((char) ('0' + random.nextInt(10)));
        }
        return text.toString();
    }

    /** In one of two cases as it is; otherwise with a printable character put in, replaced or taken out. */
    private static String mutated(Random random, String value) {
        var text = new StringBuilder(value);
        var at = random.nextInt(text.length());
        var character = (char) (' ' + random.nextInt('~' - ' ' + 1));
        switch (random.nextInt(6)) {
            case 0 -> text.insert(at, character);
            case 1 -> text.setCharAt(at, character);
            case 2 -> text.deleteCharAt(at);
            default -> {}
        }
        return text.toString();
    }
}
