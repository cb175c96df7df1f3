package io.meridian.simulation.database;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One transaction, READ COMMITTED: it sees what is committed and what it wrote itself, a row it wants to write belongs to it until
 * its end, and all it wrote becomes visible at once or never.
 */
public final class Transaction {

    private record Cell(Table<?, ?> table, Object key) {}

    private final Database database;
    private final Map<Cell, Row> writes = new LinkedHashMap<>();
    private final Map<Cell, Boolean> deleted = new LinkedHashMap<>();
    private final List<Cell> locked = new ArrayList<>();
    private final List<Append> appends = new ArrayList<>();
    private boolean waitedFor = true;
    private boolean aborted;
    @Nullable Transaction waitsFor;
    boolean ended;

    Transaction(Database database) {
        this.database = database;
    }

    public <K, R extends Row> @Nullable R read(Table<K, R> table, K key) {
        var cell = new Cell(table, key);
        var own = writes.get(cell);
        if (own != null) {
            @SuppressWarnings("unchecked") // written under this table's key
            var row = (R) own;
            return row;
        }
        return deleted.containsKey(cell) ? null : table.committed.get(key);
    }

    /** Waits until nobody else has the row, then reads it as its last writer left it. */
    public <K, R extends Row> @Nullable R lock(Table<K, R> table, K key) {
        database.lock(this, table, key);
        var cell = new Cell(table, key);
        if (!locked.contains(cell)) {
            locked.add(cell);
        }
        return read(table, key);
    }

    /** Whether the row could be had without waiting, as by SKIP LOCKED; if so, it is locked. */
    public <K, R extends Row> boolean lockIfFree(Table<K, R> table, K key) {
        var owner = table.locks.get(key);
        if (owner != null && owner != this) {
            return false;
        }
        var _ = lock(table, key);
        return true;
    }

    /** Inserts the row unless there is one, as by ON CONFLICT DO NOTHING; waits for whoever is inserting the same. */
    public <K, R extends Row> boolean insert(Table<K, R> table, K key, R row) {
        if (lock(table, key) != null) {
            return false;
        }
        write(table, key, row);
        return true;
    }

    /** Writes the row, which must be locked. */
    public <K, R extends Row> void write(Table<K, R> table, K key, R row) {
        var cell = new Cell(table, key);
        if (table.locks.get(key) != this) {
            throw new IllegalStateException("a row of " + table.name + " is written without its lock");
        }
        row.check();
        deleted.remove(cell);
        writes.put(cell, row);
    }

    public <K, R extends Row> void delete(Table<K, R> table, K key) {
        var cell = new Cell(table, key);
        writes.remove(cell);
        deleted.put(cell, true);
    }

    /** Its commit is not waited for on disk: a database that crashes soon after may have lost it. */
    public void synchronousCommitOff() {
        waitedFor = false;
    }

    void append(Append append) {
        appends.add(append);
    }

    List<Append> appends() {
        return appends;
    }

    boolean isWaitedFor() {
        return waitedFor || !appends.isEmpty();
    }

    boolean isAborted() {
        return aborted;
    }

    void abort() {
        aborted = true;
    }

    boolean hasWritten() {
        return !writes.isEmpty() || !deleted.isEmpty() || !appends.isEmpty();
    }

    /** Makes everything visible; tells how to take it back. */
    List<Runnable> apply() {
        var undo = new ArrayList<Runnable>();
        writes.forEach((cell, row) -> undo.add(put(cell.table, cell.key, row)));
        deleted.forEach((cell, _) -> undo.add(put(cell.table, cell.key, null)));
        return undo;
    }

    private static <K, R extends Row> Runnable put(Table<K, R> table, Object key, @Nullable Row row) {
        @SuppressWarnings("unchecked") // a cell's key and row are of its table
        var typedKey = (K) key;
        @SuppressWarnings("unchecked")
        var typedRow = (R) row;
        var before = typedRow == null ? table.committed.remove(typedKey) : table.committed.put(typedKey, typedRow);
        return () -> {
            if (before == null) {
                table.committed.remove(typedKey);
            } else {
                table.committed.put(typedKey, before);
            }
        };
    }

    void unlock() {
        ended = true;
        for (var cell : locked) {
            cell.table.locks.remove(cell.key, this);
        }
        locked.clear();
    }

    /** What is appended to the outbox within it. */
    record Append(long sequence, io.meridian.outbox.StoredEvent event) {

        Append {
            Objects.requireNonNull(event);
        }
    }
}
