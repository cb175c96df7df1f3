package io.meridian.outbox.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.outbox.OutgoingEvent;
import io.meridian.outbox.RelayLag;
import io.meridian.outbox.autoconfigure.OutboxEndpoint.Asked;
import io.meridian.outbox.autoconfigure.OutboxEndpoint.Refused;
import io.meridian.outbox.jdbc.Appending;
import io.meridian.outbox.jdbc.Outbox;
import io.meridian.outbox.jdbc.Repetition;
import io.meridian.outbox.relay.ChangeLog;
import io.meridian.outbox.relay.Relay;
import io.meridian.outbox.relay.RelaySettings;
import io.meridian.testkit.Database;
import io.meridian.testkit.ManualTime;
import io.meridian.testkit.Parts;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.health.contributor.Status;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionTemplate;

class OutboxEndpointIT {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTime time = new ManualTime();
    private final Database database = Parts.postgres().freshDatabase();
    private final DriverManagerDataSource dataSource =
            new DriverManagerDataSource(database.jdbcUrl(), database.username(), database.password());
    private final TransactionTemplate transaction =
            new TransactionTemplate(new DataSourceTransactionManager(dataSource));
    private final Outbox outbox =
            new Outbox(dataSource, List.of(), time.instants(), 1_000, Appending.TABLE, () -> {});
    private final Relay relay = new Relay(
            new Unread(),
            () -> {
                throw new AssertionError("a stopped relay does not publish");
            },
            new RelaySettings(1, 1, SECOND, SECOND, SECOND, SECOND),
            List.of(),
            time.nanos(),
            time.instants());
    private final OutboxEndpoint endpoint = new OutboxEndpoint(relay, new Repetition(JdbcClient.create(dataSource)));

    @BeforeEach
    void migrate() {
        Flyway.configure()
                .dataSource(dataSource)
                .locations("classpath:io/meridian/outbox/db")
                .load()
                .migrate();
    }

    @AfterEach
    void drop() {
        Parts.postgres().drop(database);
    }

    @Test
    void repetitionFromATimeOrAnEventIsAcceptedWithTheNumberOfEvents() {
        append();
        time.advance(Duration.ofMinutes(1));
        var second = append();
        var since = time.now();
        append();

        assertThat(endpoint.repeat(second.toString()).getStatus()).isEqualTo(202);
        assertThat(body(endpoint.repeat(second.toString()))).isEqualTo(new Asked(second.toString(), 2));
        assertThat(body(endpoint.repeat(since.minusSeconds(1).toString()))).extracting("events").isEqualTo(2L);
        assertThat(body(endpoint.repeat("1999-01-01T00:00:00+02:00"))).extracting("events").isEqualTo(3L);
        assertThat(body(endpoint.repeat("2099-01-01T00:00:00Z"))).extracting("events").isEqualTo(0L);
    }

    @Test
    void whatIsNeitherTimeNorEventIsRefusedWithWhatWasExpectedAndFound() {
        assertThatIsRefused(null, "was missing");
        for (var from : List.of(
                "", "yesterday", "2026-11-30", "2026-11-30T12:00:00", "1-1-1-1-1", "' OR 1=1", "no-id-but-exactly-36-characters-long")) {
            assertThatIsRefused(from, "was \"" + from + "\"");
        }
    }

    private void assertThatIsRefused(@Nullable String from, String found) {
        var refused = endpoint.repeat(from);

        assertThat(refused.getStatus()).isEqualTo(400);
        assertThat(body(refused))
                .isInstanceOfSatisfying(Refused.class, it -> assertThat(it.detail())
                        .contains("from must be a time such as 2026-11-30T12:00:00Z or the id of an event")
                        .endsWith(found));
    }

    @Test
    void eventTheTableDoesNotHoldIsNotFound() {
        var refused = endpoint.repeat(UUID.randomUUID().toString());

        assertThat(refused.getStatus()).isEqualTo(404);
        assertThat(body(refused)).isInstanceOf(Refused.class);
    }

    @Test
    void lagAndAlarmAreInStatusAndHealthAndHealthStaysUp() {
        relay.lags(new RelayLag(1 << 30, -1, Duration.ofMillis(31_500), 7, Duration.ofSeconds(30)), "it waits");

        var shown = endpoint.status();
        var health = new OutboxHealth(relay).health();

        assertThat(shown.alarm()).isEqualTo("it waits");
        assertThat(Objects.requireNonNull(shown.lag()).ageSeconds()).isEqualTo(31.5);
        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails()).containsEntry("alarm", "it waits").containsEntry("state", "STOPPED");
    }

    private UUID append() {
        return Objects.requireNonNull(
                transaction.execute(_ -> outbox.append(new OutgoingEvent("t", "a", "T", new byte[1]))));
    }

    private static Object body(WebEndpointResponse<?> response) {
        return Objects.requireNonNull(response.getBody());
    }

    private static final class Unread implements ChangeLog {

        @Override
        public String slot() {
            return "unread";
        }

        @Override
        public Reading open() {
            throw new AssertionError("a stopped relay does not read");
        }
    }
}
