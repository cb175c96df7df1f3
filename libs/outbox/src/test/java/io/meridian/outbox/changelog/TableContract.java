package io.meridian.outbox.changelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.outbox.jdbc.Appending;
import io.meridian.outbox.jdbc.Repetition;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What a reader promises besides where the table is the truth. */
abstract class TableContract extends ChangeLogContract {

    @Override
    final Appending appending() {
        return Appending.TABLE;
    }

    @Test
    void whatWasAppendedBeforeThereWasASlotComesFromTheTable() throws Exception {
        append("a", 0, 3);

        try (var reading = reopen()) {
            assertThat(read(reading, 3).events()).extracting(ChangeLogContract::words).containsExactly("no 0", "no 1", "no 2");
        }
    }

    @Test
    void slotThatIsLostIsReplacedAndWhatItMissedComesFromTheTable() throws Exception {
        try (var reading = open()) {
            append("a", 0, 3);
            reading.confirm(read(reading, 3).position());
            reading.end();
        }
        dropSlot();
        append("a", 3, 5);

        try (var reading = reopen()) {
            assertThat(read(reading, 5).events())
                    .extracting(ChangeLogContract::words)
                    .containsExactlyElementsOf(numbered(0, 5));
        }
    }

    @Test
    void whoAsksInTheLogForARepetitionGetsItAndThenTheStreamGoesOn() throws Exception {
        try (var reading = open()) {
            append("a", 0, 2);
            var third = append("a", "no 2");
            append("a", "no 3");
            reading.confirm(read(reading, 4).position());

            assertThat(new Repetition(jdbc).from(third)).hasValue(2L);

            var repeated = read(reading, 2);
            assertThat(repeated.events()).extracting(ChangeLogContract::words).containsExactly("no 2", "no 3");
            reading.confirm(repeated.position());
            append("a", "no 4");
            assertThat(read(reading, 1).events()).extracting(ChangeLogContract::words).containsExactly("no 4");
        }
    }

    @Test
    void repetitionThatWasCutOffComesAgain() throws Exception {
        try (var reading = open()) {
            append("a", 0, 3);
            reading.confirm(read(reading, 3).position());
            new Repetition(jdbc).since(Instant.EPOCH);
            read(reading, 3); // and nobody confirms it
            reading.end();
        }

        try (var again = reopen()) {
            assertThat(read(again, 3).events().stream().map(ChangeLogContract::words).distinct())
                    .containsAll(numbered(0, 3));
        }
    }

    @Test
    void eventsCarryTheNumbersOfTheirRows() throws Exception {
        try (var reading = open()) {
            append("a", 0, 3);

            assertThat(read(reading, 3).events())
                    .extracting(it -> Long.parseLong(it.headers().get("ce_sequence")))
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void columnsThatComeAndGoAmidTheStreamLoseNothing() throws Exception {
        try (var reading = open()) {
            append("a", "before");
            execute("ALTER TABLE outbox_events ADD COLUMN note TEXT DEFAULT 'n'");
            append("a", "with a note");
            execute("ALTER TABLE outbox_events DROP COLUMN type");
            execute("ALTER TABLE outbox_events ADD COLUMN type TEXT NOT NULL DEFAULT 'U'"); // now the last one
            append("a", "with its columns in another order");
            execute("ALTER TABLE outbox_events DROP COLUMN note");
            append("a", "after");

            assertThat(read(reading, 4).events())
                    .extracting(ChangeLogContract::words)
                    .containsExactly("before", "with a note", "with its columns in another order", "after");
        }
    }

    private void dropSlot() {
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
            jdbc.sql("SELECT pg_drop_replication_slot(:slot)::TEXT").param("slot", slot().name()).query(String.class).single();
            return true;
        });
    }
}
