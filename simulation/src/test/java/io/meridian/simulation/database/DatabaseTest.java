package io.meridian.simulation.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.simulation.engine.Node;
import io.meridian.simulation.engine.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The simulated database against what PostgreSQL does in the same place. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class DatabaseTest {

    /** A number that must not be negative. */
    record Number(int value) implements Row {
        @Override
        public void check() {
            Row.require(value >= 0, "not negative");
        }
    }

    private final World world = new World(1, null);
    private final Node node = up(world.node("a"));
    private final Database database = new Database(world, "numbers");
    private final Table<String, Number> numbers = database.table("numbers");
    private final Connections connections = new Connections(database, node, Connections.Ports.STRAIGHT);
    private final TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(connections));
    private final List<String> seen = new ArrayList<>();

    private static Node up(Node node) {
        node.comeUp();
        return node;
    }

    @Test
    void whatATransactionWroteIsSeenByOthersAfterItsCommitOnly() {
        run("writer", () -> transaction.executeWithoutResult(_ -> {
            insert("x", 1);
            world.sleep(1_000_000);
        }));
        run("reader", () -> {
            world.sleep(900_000);
            seen.add("during " + read("x"));
            world.sleep(9_000_000);
            seen.add("after " + read("x"));
        });

        world.sleep(100_000_000);

        assertThat(seen).containsExactly("during null", "after 1");
    }

    @Test
    void whatIsRolledBackWasNever() {
        run("writer", () -> {
            try {
                transaction.executeWithoutResult(_ -> {
                    insert("x", 1);
                    throw new IllegalStateException("changed its mind");
                });
            } catch (IllegalStateException expected) {
                seen.add(String.valueOf(read("x")));
            }
        });

        world.sleep(100_000_000);

        assertThat(seen).containsExactly("null");
        assertThat(database.open()).isZero();
    }

    @Test
    void ofTwoInsertsOfOneKeyTheSecondWaitsForTheFirstOnesOutcome() {
        run("first", () -> transaction.executeWithoutResult(_ -> {
            seen.add("first " + insert("x", 1));
            world.sleep(50_000_000);
            seen.add("first ends");
        }));
        run("second", () -> {
            world.sleep(5_000_000);
            seen.add("second " + insert("x", 2));
        });

        world.sleep(100_000_000);

        assertThat(seen).containsExactly("first true", "first ends", "second false");
    }

    @Test
    void aWriterThatWaitedDecidesOnWhatTheOtherLeft() {
        run("setup", () -> insert("x", 10));
        world.sleep(10_000_000);
        for (var name : List.of("one", "two")) {
            run(name, () -> connections.run("add", it -> {
                var before = Objects.requireNonNull(it.lock(numbers, "x"));
                it.write(numbers, "x", new Number(before.value() + 1));
                return true;
            }));
        }

        world.sleep(100_000_000);

        assertThat(numbers.row("x")).isEqualTo(new Number(12));
    }

    @Test
    void aDeadlockEndsOneOfTheTwo() {
        run("setup", () -> {
            insert("x", 0);
            insert("y", 0);
        });
        world.sleep(10_000_000);
        crossing("one", "x", "y");
        crossing("two", "y", "x");

        world.sleep(1_000_000_000);

        assertThat(seen).hasSize(2).contains("committed").anyMatch(it -> it.startsWith("deadlock"));
        assertThat(database.open()).isZero();
    }

    private void crossing(String name, String first, String second) {
        run(name, () -> {
            try {
                transaction.executeWithoutResult(_ -> {
                    add(first);
                    world.sleep(20_000_000);
                    add(second);
                });
                seen.add("committed");
            } catch (DataAccessException deadlock) {
                seen.add("deadlock " + deadlock.getClass().getSimpleName());
            }
        });
    }

    @Test
    void whoWaitsTooLongForARowIsToldSo() {
        database.setTimeouts(Duration.ofMillis(100), Duration.ofSeconds(10));
        run("holder", () -> transaction.executeWithoutResult(_ -> {
            insert("x", 1);
            world.sleep(1_000_000_000);
        }));
        run("waiter", () -> {
            world.sleep(5_000_000);
            try {
                insert("x", 2);
            } catch (DataAccessException timeout) {
                seen.add(String.valueOf(timeout.getMostSpecificCause().getMessage()));
            }
        });

        world.sleep(5_000_000_000L);

        assertThat(seen).containsExactly("lock timeout");
    }

    @Test
    void aRowThatIsLockedCanBeSkipped() {
        run("setup", () -> insert("x", 1));
        world.sleep(10_000_000);
        run("holder", () -> transaction.executeWithoutResult(_ -> {
            add("x");
            world.sleep(50_000_000);
        }));
        run("other", () -> {
            world.sleep(10_000_000);
            seen.add("free " + connections.run("skip", it -> it.lockIfFree(numbers, "x")));
        });

        world.sleep(200_000_000);

        assertThat(seen).containsExactly("free false");
    }

    @Test
    void aConstraintThatIsBrokenUndoesTheTransactionAndIsTold() {
        database.whenRefused(seen::add);
        run("writer", () -> {
            try {
                transaction.executeWithoutResult(_ -> {
                    insert("x", 1);
                    insert("y", -1);
                });
            } catch (DataAccessException refused) {
                seen.add("x is " + read("x"));
            }
        });

        world.sleep(100_000_000);

        assertThat(seen).hasSize(2).last().isEqualTo("x is null");
        assertThat(seen).first().asString().contains("not negative");
    }

    @Test
    void theAnswerToACommitCanGetLost() {
        database.setHazards(new Database.Hazards() {
            @Override
            public boolean breaksAfter(Node from, String statement) {
                return statement.equals("COMMIT");
            }
        });
        run("writer", () -> {
            try {
                transaction.executeWithoutResult(_ -> insert("x", 1));
            } catch (DataAccessResourceFailureException lost) {
                seen.add("nobody knows");
            }
        });

        world.sleep(100_000_000);

        assertThat(seen).containsExactly("nobody knows");
        assertThat(numbers.row("x")).isEqualTo(new Number(1));
    }

    @Test
    void aProcessThatDiesLosesWhatItHadNotCommitted() {
        run("writer", () -> transaction.executeWithoutResult(_ -> {
            insert("x", 1);
            world.sleep(50_000_000);
        }));
        world.sleep(20_000_000);

        node.crash();
        world.sleep(1_000_000);

        assertThat(numbers.row("x")).isNull();
        assertThat(database.open()).isZero();
    }

    @Test
    void aStoppedProcessKeepsItsRowsNoLongerThanTheServerAllows() {
        database.setTimeouts(Duration.ofMinutes(1), Duration.ofSeconds(10));
        world.whenPaused(database::paused);
        var other = up(world.node("b"));
        var theirs = new Connections(database, other, Connections.Ports.STRAIGHT);
        run("writer", () -> transaction.executeWithoutResult(_ -> {
            insert("x", 1);
            world.sleep(50_000_000);
        }));
        world.sleep(20_000_000);
        node.pause(60_000_000_000L);
        world.start(other, "other", () -> seen.add("inserted "
                + theirs.run("insert", it -> it.insert(numbers, "x", new Number(2))) + " at "
                + world.nanos() / 1_000_000_000));

        world.sleep(30_000_000_000L);

        assertThat(seen).containsExactly("inserted true at 10");
    }

    @Test
    void aCrashOfTheDatabaseLosesWhatNobodyWaitedFor() {
        run("writer", () -> {
            insert("x", 1);
            connections.run("quick", it -> {
                it.synchronousCommitOff();
                return it.insert(numbers, "y", new Number(2));
            });
        });
        world.sleep(100_000_000);

        assertThat(database.crash()).isEqualTo(1);

        assertThat(numbers.row("x")).isEqualTo(new Number(1));
        assertThat(numbers.row("y")).isNull();
    }

    private void run(String name, Runnable work) {
        world.start(node, name, work);
    }

    private boolean insert(String key, int value) {
        return connections.run("insert", it -> it.insert(numbers, key, new Number(value)));
    }

    private void add(String key) {
        connections.run("add", it -> {
            var before = Objects.requireNonNull(it.lock(numbers, key));
            it.write(numbers, key, new Number(before.value() + 1));
            return true;
        });
    }

    private String read(String key) {
        return connections.run("read", it -> {
            var row = it.read(numbers, key);
            return row == null ? "null" : String.valueOf(row.value());
        });
    }
}
