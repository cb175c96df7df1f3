package io.meridian.deadline.kafka;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.meridian.deadline.Deadline;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * How long a command is worth carrying out, as its sender's wall clock tells it. It is absolute, because no clock runs for a record
 * that lies in a log; and it says when it was sent, because the two machines' clocks differ.
 *
 * <p>What remains is what it was given, {@code deadline - sent}, less its time in the queue. That time is {@code now - sent} by the
 * receiver's clock, of which the first part, the guard, is not counted: it may be a difference of clocks. Hence
 *
 * <ul>
 *   <li>it never has more than its sender gave it, however wrong the clocks are;
 *   <li>of clocks that differ by less than the guard none makes it expire early, and it may begin late by as much;
 *   <li>a sender whose clock is ahead, so that it was sent in the receiver's future, counts as one that sent it now;
 *   <li>a sender whose clock is behind by more than the guard looks like a long queue: the command expires, and its sender is told.
 * </ul>
 *
 * @param sent when it was sent
 * @param deadline when it expires; not before it was sent
 */
public record CommandDeadline(Instant sent, Instant deadline) {

    /** When the command expires, in milliseconds since 1970. */
    public static final String DEADLINE = "x-deadline-epoch-ms";

    /** When it was sent, likewise. */
    public static final String SENT = "x-sent-epoch-ms";

    /** Enough for some thousands of years. */
    private static final int MOST_DIGITS = 15;

    public CommandDeadline {
        if (deadline.isBefore(sent)) {
            throw new IllegalArgumentException("a command sent at " + sent + " cannot expire before, at " + deadline);
        }
    }

    /** The deadline of a command that is sent now, to be carried out within {@code deadline}. */
    public static CommandDeadline at(Deadline deadline, InstantSource clock) {
        var now = Instant.ofEpochMilli(clock.millis());
        try {
            return new CommandDeadline(now, now.plusMillis(deadline.remaining().toMillis()));
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException("a command cannot expire so late: " + deadline, e);
        }
    }

    /** The headers of a command that is sent now, for whoever keeps it until it is published. */
    public static Map<String, String> headers(Deadline deadline, InstantSource clock) {
        return at(deadline, clock).headers();
    }

    /** Writes the headers onto a command that is sent now; those of an earlier sending are replaced. */
    public static <K, V> ProducerRecord<K, V> stamp(
            ProducerRecord<K, V> command, Deadline deadline, InstantSource clock) {
        headers(deadline, clock).forEach((name, value) -> command.headers()
                .remove(name)
                .add(name, value.getBytes(US_ASCII)));
        return command;
    }

    /**
     * What a command's headers say; empty if there are none, so that it never expires.
     *
     * @throws MalformedDeadlineException if one of the two is missing or either is no time, or they contradict each other
     */
    public static Optional<CommandDeadline> of(ConsumerRecord<?, ?> command) {
        var deadline = text(command.headers(), DEADLINE);
        var sent = text(command.headers(), SENT);
        if (deadline == null && sent == null) {
            return Optional.empty();
        }
        var expires = instant(DEADLINE, deadline);
        var began = instant(SENT, sent);
        if (expires.isBefore(began)) {
            throw new MalformedDeadlineException(DEADLINE, "is before " + SENT + ": " + deadline + " < " + sent);
        }
        return Optional.of(new CommandDeadline(began, expires));
    }

    /** The two headers. */
    public Map<String, String> headers() {
        return Map.of(
                DEADLINE, Long.toString(deadline.toEpochMilli()),
                SENT, Long.toString(sent.toEpochMilli()));
    }

    /**
     * What remains of it; zero once it has expired.
     *
     * @param now by the receiver's clock
     * @param guard how far apart two clocks are that are well kept
     */
    public Duration remaining(Instant now, Duration guard) {
        var queued = Duration.between(sent, now).minus(guard);
        var given = Duration.between(sent, deadline);
        var left = queued.isNegative() ? given : given.minus(queued);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private static @Nullable String text(Headers headers, String name) {
        var header = headers.lastHeader(name);
        if (header == null) {
            return null;
        }
        return header.value() == null ? "" : new String(header.value(), US_ASCII);
    }

    private static Instant instant(String header, @Nullable String text) {
        if (text == null) {
            throw new MalformedDeadlineException(header, "is missing");
        }
        if (text.isEmpty() || text.length() > MOST_DIGITS || !text.chars().allMatch(it -> it >= '0' && it <= '9')) {
            throw new MalformedDeadlineException(
                    header,
                    "must be 1 to " + MOST_DIGITS + " digits, was \""
                            + (text.length() > 32 ? text.substring(0, 32) + "…" : text) + '"');
        }
        return Instant.ofEpochMilli(Long.parseLong(text));
    }
}
