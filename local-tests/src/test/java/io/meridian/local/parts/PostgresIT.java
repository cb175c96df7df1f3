package io.meridian.local.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresIT extends PartContract {

    @Override
    Part part(PartSettings settings) {
        return new Postgres(settings, "secret");
    }

    private Postgres postgres() {
        return (Postgres) part();
    }

    @BeforeEach
    void databases() {
        postgres().createDatabases(List.of("orders", "payments"));
    }

    @Test
    void committedDataSurvivesAKillAndAStop() throws SQLException {
        ask("orders", "CREATE TABLE IF NOT EXISTS kept (id INT)");
        ask("orders", "TRUNCATE kept");
        ask("orders", "INSERT INTO kept VALUES (1)");

        part().kill();
        part().start();
        part().awaitReady(BOUND);
        ask("orders", "INSERT INTO kept VALUES (2)");
        part().restart(BOUND);

        assertThat(ask("orders", "SELECT count(*) FROM kept")).isEqualTo("2");
    }

    @Test
    void creatingDatabasesThatExistKeepsThem() throws SQLException {
        ask("orders", "CREATE TABLE IF NOT EXISTS mine (id INT)");

        postgres().createDatabases(List.of("orders", "payments", "inventory"));

        assertThat(ask("orders", "SELECT count(*) FROM pg_tables WHERE tablename = 'mine'")).isEqualTo("1");
        assertThat(ask("inventory", "SELECT current_user")).isEqualTo("inventory");
    }

    @Test
    void roleMayReplicateButNotEnterTheDatabaseOfAnother() throws SQLException {
        assertThat(ask("orders", "SELECT rolreplication FROM pg_roles WHERE rolname = current_user")).isEqualTo("t");
        assertThatThrownBy(() -> DriverManager.getConnection(postgres().jdbcUrl("payments"), "orders", "secret"))
                .hasMessageContaining("permission denied");
    }

    @Test
    void wrongPasswordIsRefused() {
        assertThatThrownBy(() -> DriverManager.getConnection(postgres().jdbcUrl("orders"), "orders", "guessed"))
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void commitsAreDurableAndTheLogIsLogicalAndBounded() throws SQLException {
        assertThat(ask("orders", "SHOW fsync")).isEqualTo("on");
        assertThat(ask("orders", "SHOW synchronous_commit")).isEqualTo("on");
        assertThat(ask("orders", "SHOW wal_level")).isEqualTo("logical");
        assertThat(ask("orders", "SHOW max_slot_wal_keep_size")).isEqualTo("1GB");
        assertThat(ask("orders", "SHOW listen_addresses")).isEqualTo("127.0.0.1");
    }

    @Test
    void orphanOnAnotherPortIsEndedBecauseItHoldsTheData(@TempDir Path directory) throws IOException {
        var before = new Postgres(settings(directory, Ports.free()), "secret");
        before.start();
        before.awaitReady(BOUND);
        var orphan = before.process().orElseThrow();
        Files.delete(directory.resolve("postgres.pid"));
        var after = new Postgres(settings(directory, Ports.free()), "secret");

        assertThat(after.start()).isEqualTo(Part.Started.NEW);

        after.awaitReady(BOUND);
        assertThat(Processes.isRunning(orphan)).isFalse();
        after.kill();
    }

    @Test
    void dataOfItsOwnLifetimeIsInitialisedInItsDirectory(@TempDir Path directory) {
        var kept = new Postgres(new PartSettings(directory, Ports.free(), CACHE, Lifetime.ITS_OWN), "secret");
        try {
            kept.start();
            kept.awaitReady(BOUND);

            assertThat(directory.resolve("data/PG_VERSION")).hasContent("18");
        } finally {
            kept.kill();
        }
    }

    private String ask(String database, String statement) throws SQLException {
        try (var connection = DriverManager.getConnection(postgres().jdbcUrl(database), database, "secret");
                var ask = connection.createStatement()) {
            if (!ask.execute(statement)) {
                return Integer.toString(ask.getUpdateCount());
            }
            ask.getResultSet().next();
            return ask.getResultSet().getString(1);
        }
    }
}
