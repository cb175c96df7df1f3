package io.meridian.simulation.database;

import io.meridian.simulation.engine.Node;
import io.meridian.simulation.engine.World;
import java.sql.SQLException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One connection of a process to its database: the way there and back can break, and then nobody knows what was done. */
final class Session {

    private final Database database;
    private final World world;
    private final Node node;
    private @Nullable Transaction transaction;
    private boolean autoCommit = true;
    private boolean broken;

    Session(Database database, World world, Node node) {
        this.database = database;
        this.world = world;
        this.node = node;
    }

    Node node() {
        return node;
    }

    boolean isInTransaction() {
        return transaction != null;
    }

    boolean getAutoCommit() {
        return autoCommit;
    }

    void setAutoCommit(boolean autoCommit) {
        this.autoCommit = autoCommit;
    }

    boolean isBroken() {
        return broken;
    }

    /** Does a statement, in the open transaction or in one of its own. */
    <T> T execute(String statement, Function<Transaction, T> body) throws SQLException {
        go(statement);
        var own = transaction == null;
        var current = transaction == null ? database.begin() : transaction;
        transaction = current;
        if (current.isAborted()) {
            throw new SQLException("the transaction is aborted", "25P02");
        }
        T result;
        try {
            result = body.apply(current);
        } catch (Refused refusal) {
            database.refused(statement, refusal);
            throw failed(current, own, new SQLException(refusal.getMessage(), "23514"));
        } catch (Database.Deadlock _) {
            throw failed(current, own, new SQLException("deadlock detected", "40P01"));
        } catch (Database.LockTimeout _) {
            throw failed(current, own, new SQLException("lock timeout", "55P03"));
        } catch (Database.BrokenOff _) {
            throw Database.lost(statement);
        }
        if (own && autoCommit) {
            database.commit(current);
            transaction = null;
        }
        comeBack(statement);
        return result;
    }

    void commit() throws SQLException {
        var current = transaction;
        if (current == null) {
            return;
        }
        go("COMMIT");
        transaction = null;
        if (current.isAborted()) {
            database.end(current);
        } else {
            if (current.hasWritten()) {
                world.tell("commit", database.name());
            }
            database.commit(current);
        }
        comeBack("COMMIT");
    }

    void rollback() throws SQLException {
        var current = transaction;
        if (current == null || broken) {
            return;
        }
        transaction = null;
        database.end(current);
    }

    void close() {
        breakOff();
        database.closed(this);
    }

    /** The server's side of a lost connection: what was not committed is undone. */
    void breakOff() {
        broken = true;
        var current = transaction;
        transaction = null;
        if (current != null) {
            database.end(current);
        }
        database.closed(this);
    }

    private void go(String statement) throws SQLException {
        world.sleep(database.hazards().way(node));
        if (!broken && (database.isAway() || database.hazards().breaksBefore(node, statement))) {
            breakOff();
        }
        if (broken) {
            throw Database.lost(statement);
        }
    }

    private void comeBack(String statement) throws SQLException {
        var breaks = database.hazards().breaksAfter(node, statement);
        if (breaks) {
            breakOff();
        }
        world.sleep(database.hazards().way(node));
        if (breaks || broken) {
            throw Database.lost(statement);
        }
    }

    private SQLException failed(Transaction current, boolean own, SQLException failure) {
        if (own && autoCommit) {
            transaction = null;
            database.end(current);
        } else {
            current.abort();
        }
        return failure;
    }
}
