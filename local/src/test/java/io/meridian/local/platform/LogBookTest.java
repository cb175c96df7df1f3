package io.meridian.local.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogBookTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String OTHER = "ffffffffffffffffffffffffffffffff";

    @TempDir
    private Path directory;

    private Path orders;
    private Path payments;
    private LogBook book;

    @BeforeEach
    void place() {
        orders = directory.resolve("order-service.log");
        payments = directory.resolve("payment-service.log");
        book = new LogBook(Map.of(Component.ORDER, orders, Component.PAYMENT, payments));
    }

    @Test
    void linesOfSeveralServicesAreOneStory() {
        write(orders, line("10:00:01", "placed", TRACE), line("10:00:03", "confirmed", TRACE));
        write(payments, line("10:00:02", "authorised", TRACE));

        assertThat(texts(book.last(10))).containsExactly("placed", "authorised", "confirmed");
        assertThat(texts(book.last(2))).containsExactly("authorised", "confirmed");
    }

    @Test
    void aTraceIsFollowedThroughAllServicesAndThroughRotatedLogs() {
        write(directory.resolve("order-service.log.1"), line("10:00:01", "placed", TRACE));
        write(orders, line("10:00:02", "another", OTHER), line("10:00:04", "confirmed", TRACE));
        write(payments, line("10:00:03", "authorised", TRACE), line("10:00:05", "mentions " + TRACE, OTHER));

        assertThat(texts(book.ofTrace(TRACE))).containsExactly("placed", "authorised", "confirmed");
        assertThat(book.ofTrace("0000")).isEmpty();
    }

    @Test
    void whatIsNotJsonStandsAsItIsBehindTheLineBefore() {
        write(orders, line("10:00:01", "placed", TRACE), "OpenJDK warning: {not json", "{\"message\":\"cut sho");
        write(payments, line("10:00:02", "later", TRACE));

        assertThat(texts(book.last(10)))
                .containsExactly("placed", "OpenJDK warning: {not json", "{\"message\":\"cut sho", "later");
    }

    @Test
    void furtherFieldsAndTheStackTraceAreShownAndTheUsualOnesAreNot() {
        write(orders, """
                {"@timestamp":"2026-11-21T10:00:01Z","@version":"1","message":"refused","logger_name":"x","thread_name":"t",\
                "level":"WARN","level_value":30000,"service":"order-service","traceId":"%s","spanId":"1","orderId":"o-1",\
                "stack_trace":"Boom\\n\\tat here\\n"}""".formatted(TRACE));

        var line = book.last(1).getFirst();

        assertThat(line.text()).isEqualTo("refused  orderId=o-1\nBoom\n\tat here");
        assertThat(line.level()).isEqualTo("WARN");
    }

    @Test
    void theFollowerTellsWholeLinesOnceAsTheyAreWritten() {
        write(orders, line("10:00:01", "before", TRACE));
        var follower = book.follow();
        assertThat(follower.next()).isEmpty();

        append(orders, line("10:00:03", "placed ü", TRACE) + "\n" + "{\"@timestamp\":\"2026-11-21T10:0");
        append(payments, line("10:00:02", "a service that came up", TRACE) + "\n");
        assertThat(texts(follower.next())).containsExactly("a service that came up", "placed ü");
        assertThat(follower.next()).isEmpty();

        append(orders, "0:04Z\",\"message\":\"the other half\"}\n");
        assertThat(texts(follower.next())).containsExactly("the other half");
    }

    @Test
    void theFollowerBeginsAnewWithALogThatWasRotated() {
        write(orders, line("10:00:01", "a long line before the rotation", TRACE));
        var follower = book.follow();

        write(orders, line("10:00:02", "new", TRACE));

        assertThat(texts(follower.next())).containsExactly("new");
    }

    @Test
    void aLargeLogIsReadFromItsEnd() {
        var filler = line("10:00:00", "x".repeat(2_000), OTHER) + "\n";
        append(orders, filler.repeat(1_000));
        append(orders, line("10:00:01", "the end", TRACE) + "\n");

        assertThat(texts(book.last(1))).containsExactly("the end");
        assertThat(book.last(100_000)).allMatch(it -> !it.level().isEmpty());
    }

    private static List<String> texts(List<LogLine> lines) {
        return lines.stream().map(LogLine::text).toList();
    }

    private static String line(String time, String message, String traceId) {
        return """
                {"@timestamp":"2026-11-21T%sZ","level":"INFO","message":"%s","traceId":"%s"}"""
                .formatted(time, message, traceId);
    }

    private static void write(Path file, String... lines) {
        try {
            Files.write(file, List.of(lines));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void append(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
