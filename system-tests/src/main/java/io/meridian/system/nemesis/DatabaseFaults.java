package io.meridian.system.nemesis;

import io.meridian.local.platform.Component;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What can happen inside PostgreSQL, proven by its own views. */
final class DatabaseFaults {

    private DatabaseFaults() {}

    /** A fault of a service's database. */
    private abstract static class OfService implements Fault {

        final Arena arena;
        final Component service;
        private final String what;

        OfService(Arena arena, Component service, String what) {
            this.arena = arena;
            this.service = service;
            this.what = what;
        }

        @Override
        public String name() {
            return what + " " + service.id();
        }

        @Override
        public Set<Component> strikes() {
            return Set.of(service, Component.POSTGRES);
        }

        final void administrate(String sql) throws SQLException {
            try (var connection = arena.administrator();
                    var statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        final long ask(String sql) throws SQLException {
            try (var connection = arena.administrator()) {
                return Arena.number(connection, sql).orElse(0);
            }
        }
    }

    /** All sessions of a service are ended by the administrator in the middle of what they do, the relay's too. */
    static Fault endSessions(Arena arena, Component service) {
        return new OfService(arena, service, "end database sessions of") {

            private long ended;

            @Override
            public void inject() throws SQLException {
                ended = ask("""
                        SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity
                        WHERE datname = '%s' AND application_name <> 'harness'""".formatted(Arena.databaseOf(service)));
            }

            @Override
            public String proofThatItTook() throws Unproven {
                if (ended == 0) {
                    throw new Unproven("there was no session to end");
                }
                return ended + " sessions were ended";
            }

            @Override
            public void heal() {}

            @Override
            public String proofThatItHealed() throws Exception {
                return "relay reads as process " + readerOf(this, service);
            }
        };
    }

    /** A lock on a table that everything of a service needs: whoever comes waits, as behind a migration. */
    static Fault lock(Arena arena, Component service, String table) {
        return new OfService(arena, service, "lock " + table + " of") {

            private @Nullable Connection holder;

            @Override
            public void inject() throws SQLException {
                var connection = arena.database(service);
                holder = connection;
                connection.setAutoCommit(false);
                try (var statement = connection.createStatement()) {
                    statement.execute("SET LOCAL lock_timeout = '10s'");
                    statement.execute("LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE");
                }
            }

            @Override
            public String proofThatItTook() throws Exception {
                return Proofs.within(Duration.ofSeconds(5), () -> {
                    var waiting = waiting();
                    if (waiting == 0) {
                        throw new Unproven("nobody waits for " + table);
                    }
                    return waiting + " sessions wait for " + table;
                });
            }

            @Override
            public void heal() throws SQLException {
                var connection = holder;
                holder = null;
                if (connection != null) {
                    connection.close();
                }
            }

            @Override
            public String proofThatItHealed() throws Exception {
                if (waiting() > 0) {
                    throw new Unproven("sessions still wait for " + table);
                }
                return "nobody waits for " + table;
            }

            private long waiting() throws SQLException {
                return ask("""
                        SELECT count(*) FROM pg_stat_activity
                        WHERE datname = '%s' AND wait_event_type = 'Lock'""".formatted(Arena.databaseOf(service)));
            }
        };
    }

    /** The slot is dropped under its reader: what was not read of the log cannot be had from it any more. */
    static Fault dropSlot(Arena arena, Component service) {
        return new OfService(arena, service, "drop replication slot of") {

            /** When it was made complete last; until the fault is injected, later than any. */
            private long before = Long.MAX_VALUE;

            @Override
            public void inject() throws Exception {
                before = created();
                Proofs.within(Duration.ofSeconds(10), () -> {
                    administrate("""
                            DO $$
                            DECLARE reader int;
                            BEGIN
                                SELECT active_pid INTO reader FROM pg_replication_slots WHERE slot_name = '%1$s';
                                IF reader IS NOT NULL THEN PERFORM pg_terminate_backend(reader, 2000); END IF;
                                PERFORM pg_drop_replication_slot('%1$s');
                            END $$""".formatted(Arena.slotOf(service)));
                    return "dropped";
                });
            }

            /** The relay makes a new one at once, so what shows the loss is when it was made complete from the table. */
            @Override
            public String proofThatItTook() throws Exception {
                return Proofs.within(Duration.ofSeconds(20), () -> {
                    var now = created();
                    if (now <= before) {
                        throw new Unproven("the slot of " + service.id() + " has not been made anew");
                    }
                    return "the slot was made anew and filled from the table";
                });
            }

            @Override
            public void heal() {}

            @Override
            public String proofThatItHealed() throws Exception {
                return "the slot is read by process " + readerOf(this, service);
            }

            private long created() throws SQLException {
                try (var connection = arena.database(service)) {
                    return Arena.number(connection, "SELECT (extract(epoch FROM max(complete_at)) * 1000000)::bigint FROM outbox_slots")
                            .orElse(0);
                }
            }
        };
    }

    /**
     * The relay cannot reach PostgreSQL for longer than its slot may be idle, so PostgreSQL gives the slot up: what a slot comes to that is
     * stuck for too long, by whatever limit.
     */
    static Fault loseSlot(Arena arena, Component service, Link link) {
        return new OfService(arena, service, "lose replication slot of") {

            @Override
            public boolean isAlone() {
                return true;
            }

            @Override
            public void inject() throws Exception {
                administrate("ALTER SYSTEM SET idle_replication_slot_timeout = '1s'");
                administrate("SELECT pg_reload_conf()");
                arena.proxies().enable(link.id(), false);
            }

            /** Slots are looked at when a checkpoint ends; a checkpoint that has nothing to write does not happen. */
            @Override
            public String proofThatItTook() throws Exception {
                return Proofs.within(Duration.ofSeconds(20), () -> {
                    administrate("SELECT pg_logical_emit_message(true, 'harness', 'something to write')");
                    administrate("CHECKPOINT");
                    var lost = ask("SELECT count(*) FROM pg_replication_slots WHERE slot_name = '%s' AND wal_status = 'lost'"
                            .formatted(Arena.slotOf(service)));
                    if (lost == 0) {
                        throw new Unproven("PostgreSQL keeps the slot of " + service.id());
                    }
                    return "PostgreSQL has given the slot up";
                });
            }

            @Override
            public void heal() throws SQLException {
                administrate("ALTER SYSTEM RESET idle_replication_slot_timeout");
                administrate("SELECT pg_reload_conf()");
                arena.proxies().enable(link.id(), true);
            }

            @Override
            public String proofThatItHealed() throws Exception {
                return "a slot that is not lost is read by process " + readerOf(this, service);
            }
        };
    }

    /** The process that reads the log for a relay is frozen: the relay believes that there is nothing new. */
    static Fault freezeWalSender(Arena arena, Component service) {
        return new OfService(arena, service, "freeze log reader of") {

            private long pid;

            @Override
            public void inject() throws Exception {
                pid = readerOf(this, service);
                Signals.send("STOP", pid);
            }

            @Override
            public String proofThatItTook() throws Unproven {
                if (Arena.state(pid) != 'T') {
                    throw new Unproven("process " + pid + " is in state " + Arena.state(pid));
                }
                return "process " + pid + " is in state T";
            }

            @Override
            public void heal() {
                if (ProcessHandle.of(pid).isPresent()) {
                    Signals.send("CONT", pid);
                }
            }

            @Override
            public String proofThatItHealed() throws Exception {
                if (Arena.state(pid) == 'T') {
                    throw new Unproven("process " + pid + " is still stopped");
                }
                return "the slot is read by process " + readerOf(this, service);
            }
        };
    }

    /** One of PostgreSQL's processes is killed while it serves a service; PostgreSQL then ends all sessions and recovers from its log. */
    static Fault killBackend(Arena arena, Component service) {
        return new OfService(arena, service, "kill database process of") {

            private long pid;

            @Override
            public void inject() throws Exception {
                pid = ask("""
                        SELECT pid FROM pg_stat_activity
                        WHERE datname = '%s' AND backend_type = 'client backend' AND application_name <> 'harness' LIMIT 1"""
                        .formatted(Arena.databaseOf(service)));
                if (pid == 0) {
                    throw new Unproven("no process serves " + service.id());
                }
                Signals.send("KILL", pid);
            }

            @Override
            public String proofThatItTook() throws Exception {
                return Proofs.within(Duration.ofSeconds(10), () -> {
                    if (pid == 0 || ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
                        throw new Unproven("process " + pid + " was not killed");
                    }
                    return "process " + pid + " is gone";
                });
            }

            @Override
            public void heal() {}

            @Override
            public String proofThatItHealed() throws Exception {
                return "recovered; the slot is read by process " + readerOf(this, service);
            }
        };
    }

    private static long readerOf(OfService fault, Component service) throws Exception {
        var pid = fault.ask("SELECT coalesce(active_pid, 0) FROM pg_replication_slots WHERE slot_name = '%s' AND wal_status <> 'lost'"
                .formatted(Arena.slotOf(service)));
        if (pid == 0) {
            throw new Unproven("nobody reads the slot of " + service.id());
        }
        return pid;
    }
}
