package io.meridian.deadline.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.deadline.Deadline;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandDeadlineTest {

    private static final Duration GUARD = Duration.ofMillis(500);
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);
    private static final Instant SENT = Instant.parse("2031-01-02T03:04:05Z");

    private final ManualTime time = new ManualTime();

    @Test
    void commandSaysWhenItWasSentAndWhenItExpires() {
        var deadline = Deadline.after(Duration.ofSeconds(5), time.nanos());
        time.advance(Duration.ofSeconds(2));
        var record = CommandDeadline.stamp(new ProducerRecord<>("commands", "key", "value"), deadline, time.instants());

        var read = CommandDeadline.of(received(record)).orElseThrow();

        assertThat(read.sent()).isEqualTo(Instant.ofEpochMilli(time.now().toEpochMilli()));
        assertThat(Duration.between(read.sent(), read.deadline())).isEqualTo(Duration.ofSeconds(3));
        assertThat(CommandDeadline.headers(deadline, time.instants())).isEqualTo(read.headers());
    }

    @Test
    void commandThatIsSentTwiceHasTheHeadersOfTheSecondTime() {
        var deadline = Deadline.after(Duration.ofSeconds(5), time.nanos());
        var record = CommandDeadline.stamp(new ProducerRecord<>("commands", "key", "value"), deadline, time.instants());
        time.advance(Duration.ofSeconds(1));
        CommandDeadline.stamp(record, deadline, time.instants());

        assertThat(record.headers().toArray()).hasSize(2);
        assertThat(CommandDeadline.of(received(record)).orElseThrow().sent())
                .isEqualTo(Instant.ofEpochMilli(time.now().toEpochMilli()));
    }

    @Test
    void deadlineThatHasPassedExpiresWhenItIsSent() {
        var read = CommandDeadline.at(Deadline.after(Duration.ZERO, time.nanos()), time.instants());

        assertThat(read.deadline()).isEqualTo(read.sent());
        assertThat(read.remaining(time.now(), GUARD)).isZero();
    }

    @Test
    void recordWithoutHeadersNeverExpires() {
        assertThat(CommandDeadline.of(record(null, null))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|1000|x-deadline-epoch-ms",
                "-5|1000|x-deadline-epoch-ms",
                "+2000|1000|x-deadline-epoch-ms",
                "2000.5|1000|x-deadline-epoch-ms",
                "2e3|1000|x-deadline-epoch-ms",
                "soon|1000|x-deadline-epoch-ms",
                "٢٠٠٠|1000|x-deadline-epoch-ms",
                "1234567890123456|1000|x-deadline-epoch-ms",
                "999|1000|x-deadline-epoch-ms",
                "|1000|x-deadline-epoch-ms",
                "2000||x-sent-epoch-ms",
                "2000|''|x-sent-epoch-ms",
                "2000|a while ago|x-sent-epoch-ms"
            })
    void malformedHeaderIsNamed(@Nullable String deadline, @Nullable String sent, String header) {
        assertThatThrownBy(() -> CommandDeadline.of(record(deadline, sent)))
                .isInstanceOfSatisfying(MalformedDeadlineException.class, it -> assertThat(it.header())
                        .isEqualTo(header))
                .hasMessageContaining(header);
    }

    @Test
    void longestValueIsRead() {
        assertThat(CommandDeadline.of(record("999999999999999", "0"))).isPresent();
        assertThat(CommandDeadline.of(record("1000", "1000"))).isPresent();
    }

    @Test
    void headerWithoutValueIsMalformed() {
        var record = record(null, "1000");
        record.headers().add(CommandDeadline.DEADLINE, null);

        assertThatThrownBy(() -> CommandDeadline.of(record)).isInstanceOf(MalformedDeadlineException.class);
    }

    @Test
    void timeInTheQueueIsTakenOffBeyondTheGuard() {
        var command = new CommandDeadline(SENT, SENT.plusSeconds(5));

        assertThat(command.remaining(SENT, GUARD)).isEqualTo(Duration.ofSeconds(5));
        assertThat(command.remaining(SENT.plusMillis(500), GUARD)).isEqualTo(Duration.ofSeconds(5));
        assertThat(command.remaining(SENT.plusMillis(2_500), GUARD)).isEqualTo(Duration.ofSeconds(3));
        assertThat(command.remaining(SENT.plusMillis(5_499), GUARD)).isEqualTo(Duration.ofMillis(1));
        assertThat(command.remaining(SENT.plusMillis(5_500), GUARD)).isZero();
        assertThat(command.remaining(SENT.plusSeconds(60), GUARD)).isZero();
        assertThat(command.remaining(SENT.plusSeconds(5), Duration.ZERO)).isZero();
    }

    @Test
    void senderWhoseClockIsTenMinutesAheadGivesNoMoreThanItMeant() {
        var command = new CommandDeadline(SENT.plus(TEN_MINUTES), SENT.plus(TEN_MINUTES).plusSeconds(5));

        assertThat(command.remaining(SENT, GUARD)).isEqualTo(Duration.ofSeconds(5));
        assertThat(command.remaining(SENT.plusSeconds(60), GUARD)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void senderWhoseClockIsTenMinutesBehindLooksLikeALongQueue() {
        var command = new CommandDeadline(SENT.minus(TEN_MINUTES), SENT.minus(TEN_MINUTES).plusSeconds(5));

        assertThat(command.remaining(SENT, GUARD)).isZero();
    }

    @Test
    void remainderIsNeverMoreThanWasGivenAndNeverGrows() {
        var random = new Random(3);
        for (var n = 0; n < 10_000; n++) {
            var given = Duration.ofMillis(random.nextInt(100_000));
            var command = new CommandDeadline(SENT, SENT.plus(given));
            var now = SENT.plusMillis(random.nextInt(1_400_000) - 700_000);
            var left = command.remaining(now, GUARD);
            var later = command.remaining(now.plusMillis(random.nextInt(10_000)), GUARD);

            assertThat(left).isBetween(Duration.ZERO, given);
            assertThat(later).isLessThanOrEqualTo(left);
            var byTheClock = Duration.between(now, command.deadline());
            assertThat(left).isLessThanOrEqualTo(byTheClock.plus(GUARD).isNegative() ? Duration.ZERO : byTheClock.plus(GUARD));
        }
    }

    private static ConsumerRecord<String, String> received(ProducerRecord<String, String> sent) {
        var record = new ConsumerRecord<>(sent.topic(), 0, 0, sent.key(), sent.value());
        sent.headers().forEach(record.headers()::add);
        return record;
    }

    private static ConsumerRecord<String, String> record(@Nullable String deadline, @Nullable String sent) {
        var record = new ConsumerRecord<>("commands", 0, 0, "key", "value");
        if (deadline != null) {
            record.headers().add(CommandDeadline.DEADLINE, deadline.getBytes(UTF_8));
        }
        if (sent != null) {
            record.headers().add(CommandDeadline.SENT, sent.getBytes(UTF_8));
        }
        return record;
    }
}
