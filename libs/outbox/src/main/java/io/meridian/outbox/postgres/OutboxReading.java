package io.meridian.outbox.postgres;

import io.meridian.outbox.postgres.OutboxSlot.Backlog;
import io.meridian.outbox.relay.Change;
import io.meridian.outbox.relay.ChangeLog.Reading;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The stream of a slot, interrupted by the table where that has to speak: before the stream if the slot does not know everything the
 * table holds, and wherever somebody asks in the stream for a repetition.
 *
 * <p>What the table says ends with a position as a transaction does. Until that is confirmed the slot stays incomplete, or will ask
 * again: whoever is cut off before begins again. The stream is open before the table is looked at, so what is committed in between
 * comes twice rather than not at all.
 */
public final class OutboxReading implements Reading {

    private final OutboxSlot slot;
    private final OutboxStream stream;
    private @Nullable TableReading table;
    private long positionAfterTable;
    private boolean completing;

    private OutboxReading(OutboxSlot slot, OutboxStream stream) {
        this.slot = slot;
        this.stream = stream;
    }

    /** A reading of the backlog and then of the stream, which is closed with it, and also if this fails. */
    public static OutboxReading of(OutboxSlot slot, Backlog backlog, OutboxStream stream) throws SQLException {
        var reading = new OutboxReading(slot, stream);
        if (backlog == Backlog.EVERYTHING) {
            try {
                reading.completing = true;
                reading.turnToTable(OutboxSlot.FIRST, stream.read());
            } catch (SQLException e) {
                stream.close();
                throw e;
            }
        }
        return reading;
    }

    @Override
    public @Nullable Change poll() throws Exception {
        if (table != null) {
            return pollTable(table);
        }
        var change = stream.poll();
        if (change instanceof Change.Committed(var position)) {
            var from = stream.repeatFrom();
            if (from != null) {
                return pollTable(turnToTable(from, position));
            }
        }
        return change;
    }

    private TableReading turnToTable(UUID from, long position) throws SQLException {
        positionAfterTable = position;
        table = slot.tableFrom(from);
        return table;
    }

    private Change pollTable(TableReading rows) throws Exception {
        stream.keepAlive();
        var event = rows.next();
        if (event != null) {
            return new Change.Appended(event);
        }
        rows.close();
        table = null;
        return new Change.Committed(positionAfterTable);
    }

    @Override
    public void confirm(long position) throws Exception {
        if (completing) { // the first position to be confirmed is the one after the last row of the table
            slot.isComplete();
            completing = false;
        }
        stream.confirm(position);
    }

    /** While the table speaks, what the stream has received is not read yet. */
    @Override
    public long read() {
        return table == null ? stream.read() : 0;
    }

    @Override
    public void keepAlive() throws Exception {
        stream.keepAlive();
    }

    @Override
    public void requireHeld() throws Exception {
        stream.requireHeld();
    }

    @Override
    public void end() throws Exception {
        stream.end();
    }

    @Override
    public void close() {
        if (table != null) {
            table.close();
        }
        stream.close();
    }
}
