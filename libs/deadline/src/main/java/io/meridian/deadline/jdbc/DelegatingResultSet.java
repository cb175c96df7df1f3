package io.meridian.deadline.jdbc;

import static io.meridian.deadline.DeadlineScope.shielded;

import io.meridian.deadline.DeadlineScope;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLWarning;
import java.sql.SQLXML;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows that do nothing of their own, but that no call which may reach the server is interrupted. */
abstract class DelegatingResultSet implements ResultSet {

    private final ResultSet rows;

    DelegatingResultSet(ResultSet rows) {
        this.rows = rows;
    }

    /** Moves among the rows, or changes them, for which the server may be needed. */
    abstract <R> R ask(ScopedValue.CallableOp<R, SQLException> move) throws SQLException;

    /** What the caller is given for an array. */
    abstract @Nullable Array array(@Nullable Array array);

    @Override
    public boolean next() throws SQLException {
        return ask(() -> rows.next());
    }

    @Override
    public boolean isLast() throws SQLException {
        return ask(() -> rows.isLast());
    }

    @Override
    public boolean first() throws SQLException {
        return ask(() -> rows.first());
    }

    @Override
    public boolean last() throws SQLException {
        return ask(() -> rows.last());
    }

    @Override
    public boolean absolute(int row) throws SQLException {
        return ask(() -> rows.absolute(row));
    }

    @Override
    public boolean relative(int count) throws SQLException {
        return ask(() -> rows.relative(count));
    }

    @Override
    public boolean previous() throws SQLException {
        return ask(() -> rows.previous());
    }

    @Override
    public void insertRow() throws SQLException {
        ask(() -> {
            rows.insertRow();
            return true;
        });
    }

    @Override
    public void updateRow() throws SQLException {
        ask(() -> {
            rows.updateRow();
            return true;
        });
    }

    @Override
    public void deleteRow() throws SQLException {
        ask(() -> {
            rows.deleteRow();
            return true;
        });
    }

    @Override
    public void refreshRow() throws SQLException {
        ask(() -> {
            rows.refreshRow();
            return true;
        });
    }

    @Override
    public @Nullable String getString(int column) throws SQLException {
        return rows.getString(column);
    }

    @Override
    public boolean getBoolean(int column) throws SQLException {
        return rows.getBoolean(column);
    }

    @Override
    public byte getByte(int column) throws SQLException {
        return rows.getByte(column);
    }

    @Override
    public short getShort(int column) throws SQLException {
        return rows.getShort(column);
    }

    @Override
    public int getInt(int column) throws SQLException {
        return rows.getInt(column);
    }

    @Override
    public long getLong(int column) throws SQLException {
        return rows.getLong(column);
    }

    @Override
    public float getFloat(int column) throws SQLException {
        return rows.getFloat(column);
    }

    @Override
    public double getDouble(int column) throws SQLException {
        return rows.getDouble(column);
    }

    @Override
    @Deprecated
    @SuppressWarnings("deprecation")
    public @Nullable BigDecimal getBigDecimal(int column, int scale) throws SQLException {
        return rows.getBigDecimal(column, scale);
    }

    @Override
    public byte @Nullable [] getBytes(int column) throws SQLException {
        return rows.getBytes(column);
    }

    @Override
    public @Nullable Date getDate(int column) throws SQLException {
        return rows.getDate(column);
    }

    @Override
    public @Nullable Time getTime(int column) throws SQLException {
        return rows.getTime(column);
    }

    @Override
    public @Nullable Timestamp getTimestamp(int column) throws SQLException {
        return rows.getTimestamp(column);
    }

    @Override
    public @Nullable InputStream getAsciiStream(int column) throws SQLException {
        return rows.getAsciiStream(column);
    }

    @Override
    @Deprecated
    @SuppressWarnings("deprecation")
    public @Nullable InputStream getUnicodeStream(int column) throws SQLException {
        return rows.getUnicodeStream(column);
    }

    @Override
    public @Nullable InputStream getBinaryStream(int column) throws SQLException {
        return rows.getBinaryStream(column);
    }

    @Override
    public @Nullable String getString(String label) throws SQLException {
        return rows.getString(label);
    }

    @Override
    public boolean getBoolean(String label) throws SQLException {
        return rows.getBoolean(label);
    }

    @Override
    public byte getByte(String label) throws SQLException {
        return rows.getByte(label);
    }

    @Override
    public short getShort(String label) throws SQLException {
        return rows.getShort(label);
    }

    @Override
    public int getInt(String label) throws SQLException {
        return rows.getInt(label);
    }

    @Override
    public long getLong(String label) throws SQLException {
        return rows.getLong(label);
    }

    @Override
    public float getFloat(String label) throws SQLException {
        return rows.getFloat(label);
    }

    @Override
    public double getDouble(String label) throws SQLException {
        return rows.getDouble(label);
    }

    @Override
    @Deprecated
    @SuppressWarnings("deprecation")
    public @Nullable BigDecimal getBigDecimal(String label, int scale) throws SQLException {
        return rows.getBigDecimal(label, scale);
    }

    @Override
    public byte @Nullable [] getBytes(String label) throws SQLException {
        return rows.getBytes(label);
    }

    @Override
    public @Nullable Date getDate(String label) throws SQLException {
        return rows.getDate(label);
    }

    @Override
    public @Nullable Time getTime(String label) throws SQLException {
        return rows.getTime(label);
    }

    @Override
    public @Nullable Timestamp getTimestamp(String label) throws SQLException {
        return rows.getTimestamp(label);
    }

    @Override
    public @Nullable InputStream getAsciiStream(String label) throws SQLException {
        return rows.getAsciiStream(label);
    }

    @Override
    @Deprecated
    @SuppressWarnings("deprecation")
    public @Nullable InputStream getUnicodeStream(String label) throws SQLException {
        return rows.getUnicodeStream(label);
    }

    @Override
    public @Nullable InputStream getBinaryStream(String label) throws SQLException {
        return rows.getBinaryStream(label);
    }

    @Override
    public @Nullable Object getObject(int column) throws SQLException {
        return DeadlineScope.<@Nullable Object, SQLException>shielded(() -> rows.getObject(column));
    }

    @Override
    public @Nullable Object getObject(String label) throws SQLException {
        return DeadlineScope.<@Nullable Object, SQLException>shielded(() -> rows.getObject(label));
    }

    @Override
    public @Nullable Reader getCharacterStream(int column) throws SQLException {
        return rows.getCharacterStream(column);
    }

    @Override
    public @Nullable Reader getCharacterStream(String label) throws SQLException {
        return rows.getCharacterStream(label);
    }

    @Override
    public @Nullable BigDecimal getBigDecimal(int column) throws SQLException {
        return rows.getBigDecimal(column);
    }

    @Override
    public @Nullable BigDecimal getBigDecimal(String label) throws SQLException {
        return rows.getBigDecimal(label);
    }

    @Override
    public @Nullable Object getObject(int column, Map<String, Class<?>> types) throws SQLException {
        return DeadlineScope.<@Nullable Object, SQLException>shielded(() -> rows.getObject(column, types));
    }

    @Override
    public @Nullable Ref getRef(int column) throws SQLException {
        return DeadlineScope.<@Nullable Ref, SQLException>shielded(() -> rows.getRef(column));
    }

    @Override
    public @Nullable Blob getBlob(int column) throws SQLException {
        return DeadlineScope.<@Nullable Blob, SQLException>shielded(() -> rows.getBlob(column));
    }

    @Override
    public @Nullable Clob getClob(int column) throws SQLException {
        return DeadlineScope.<@Nullable Clob, SQLException>shielded(() -> rows.getClob(column));
    }

    @Override
    public @Nullable Array getArray(int column) throws SQLException {
        return array(DeadlineScope.<@Nullable Array, SQLException>shielded(() -> rows.getArray(column)));
    }

    @Override
    public @Nullable Object getObject(String label, Map<String, Class<?>> types) throws SQLException {
        return DeadlineScope.<@Nullable Object, SQLException>shielded(() -> rows.getObject(label, types));
    }

    @Override
    public @Nullable Ref getRef(String label) throws SQLException {
        return DeadlineScope.<@Nullable Ref, SQLException>shielded(() -> rows.getRef(label));
    }

    @Override
    public @Nullable Blob getBlob(String label) throws SQLException {
        return DeadlineScope.<@Nullable Blob, SQLException>shielded(() -> rows.getBlob(label));
    }

    @Override
    public @Nullable Clob getClob(String label) throws SQLException {
        return DeadlineScope.<@Nullable Clob, SQLException>shielded(() -> rows.getClob(label));
    }

    @Override
    public @Nullable Array getArray(String label) throws SQLException {
        return array(DeadlineScope.<@Nullable Array, SQLException>shielded(() -> rows.getArray(label)));
    }

    @Override
    public @Nullable Date getDate(int column, Calendar calendar) throws SQLException {
        return rows.getDate(column, calendar);
    }

    @Override
    public @Nullable Date getDate(String label, Calendar calendar) throws SQLException {
        return rows.getDate(label, calendar);
    }

    @Override
    public @Nullable Time getTime(int column, Calendar calendar) throws SQLException {
        return rows.getTime(column, calendar);
    }

    @Override
    public @Nullable Time getTime(String label, Calendar calendar) throws SQLException {
        return rows.getTime(label, calendar);
    }

    @Override
    public @Nullable Timestamp getTimestamp(int column, Calendar calendar) throws SQLException {
        return rows.getTimestamp(column, calendar);
    }

    @Override
    public @Nullable Timestamp getTimestamp(String label, Calendar calendar) throws SQLException {
        return rows.getTimestamp(label, calendar);
    }

    @Override
    public @Nullable URL getURL(int column) throws SQLException {
        return rows.getURL(column);
    }

    @Override
    public @Nullable URL getURL(String label) throws SQLException {
        return rows.getURL(label);
    }

    @Override
    public @Nullable RowId getRowId(int column) throws SQLException {
        return DeadlineScope.<@Nullable RowId, SQLException>shielded(() -> rows.getRowId(column));
    }

    @Override
    public @Nullable RowId getRowId(String label) throws SQLException {
        return DeadlineScope.<@Nullable RowId, SQLException>shielded(() -> rows.getRowId(label));
    }

    @Override
    public @Nullable NClob getNClob(int column) throws SQLException {
        return DeadlineScope.<@Nullable NClob, SQLException>shielded(() -> rows.getNClob(column));
    }

    @Override
    public @Nullable NClob getNClob(String label) throws SQLException {
        return DeadlineScope.<@Nullable NClob, SQLException>shielded(() -> rows.getNClob(label));
    }

    @Override
    public @Nullable SQLXML getSQLXML(int column) throws SQLException {
        return DeadlineScope.<@Nullable SQLXML, SQLException>shielded(() -> rows.getSQLXML(column));
    }

    @Override
    public @Nullable SQLXML getSQLXML(String label) throws SQLException {
        return DeadlineScope.<@Nullable SQLXML, SQLException>shielded(() -> rows.getSQLXML(label));
    }

    @Override
    public @Nullable String getNString(int column) throws SQLException {
        return rows.getNString(column);
    }

    @Override
    public @Nullable String getNString(String label) throws SQLException {
        return rows.getNString(label);
    }

    @Override
    public @Nullable Reader getNCharacterStream(int column) throws SQLException {
        return rows.getNCharacterStream(column);
    }

    @Override
    public @Nullable Reader getNCharacterStream(String label) throws SQLException {
        return rows.getNCharacterStream(label);
    }

    @Override
    public <T> @Nullable T getObject(int column, Class<T> type) throws SQLException {
        return DeadlineScope.<@Nullable T, SQLException>shielded(() -> rows.getObject(column, type));
    }

    @Override
    public <T> @Nullable T getObject(String label, Class<T> type) throws SQLException {
        return DeadlineScope.<@Nullable T, SQLException>shielded(() -> rows.getObject(label, type));
    }

    @Override
    public boolean wasNull() throws SQLException {
        return rows.wasNull();
    }

    @Override
    public @Nullable SQLWarning getWarnings() throws SQLException {
        return rows.getWarnings();
    }

    @Override
    public void clearWarnings() throws SQLException {
        rows.clearWarnings();
    }

    @Override
    public @Nullable String getCursorName() throws SQLException {
        return rows.getCursorName();
    }

    @Override
    public int findColumn(String label) throws SQLException {
        return rows.findColumn(label);
    }

    @Override
    public boolean isBeforeFirst() throws SQLException {
        return rows.isBeforeFirst();
    }

    @Override
    public boolean isAfterLast() throws SQLException {
        return rows.isAfterLast();
    }

    @Override
    public boolean isFirst() throws SQLException {
        return rows.isFirst();
    }

    @Override
    public int getRow() throws SQLException {
        return rows.getRow();
    }

    @Override
    public void setFetchDirection(int direction) throws SQLException {
        rows.setFetchDirection(direction);
    }

    @Override
    public int getFetchDirection() throws SQLException {
        return rows.getFetchDirection();
    }

    @Override
    public int getFetchSize() throws SQLException {
        return rows.getFetchSize();
    }

    @Override
    public int getType() throws SQLException {
        return rows.getType();
    }

    @Override
    public int getConcurrency() throws SQLException {
        return rows.getConcurrency();
    }

    @Override
    public boolean rowUpdated() throws SQLException {
        return rows.rowUpdated();
    }

    @Override
    public boolean rowInserted() throws SQLException {
        return rows.rowInserted();
    }

    @Override
    public boolean rowDeleted() throws SQLException {
        return rows.rowDeleted();
    }

    @Override
    public int getHoldability() throws SQLException {
        return rows.getHoldability();
    }

    @Override
    public boolean isClosed() throws SQLException {
        return rows.isClosed();
    }

    @Override
    public void beforeFirst() throws SQLException {
        Call.shielded(() -> rows.beforeFirst());
    }

    @Override
    public void afterLast() throws SQLException {
        Call.shielded(() -> rows.afterLast());
    }

    @Override
    public void updateNull(int column) throws SQLException {
        Call.shielded(() -> rows.updateNull(column));
    }

    @Override
    public void updateBoolean(int column, boolean value) throws SQLException {
        Call.shielded(() -> rows.updateBoolean(column, value));
    }

    @Override
    public void updateByte(int column, byte value) throws SQLException {
        Call.shielded(() -> rows.updateByte(column, value));
    }

    @Override
    public void updateShort(int column, short value) throws SQLException {
        Call.shielded(() -> rows.updateShort(column, value));
    }

    @Override
    public void updateInt(int column, int value) throws SQLException {
        Call.shielded(() -> rows.updateInt(column, value));
    }

    @Override
    public void updateLong(int column, long value) throws SQLException {
        Call.shielded(() -> rows.updateLong(column, value));
    }

    @Override
    public void updateFloat(int column, float value) throws SQLException {
        Call.shielded(() -> rows.updateFloat(column, value));
    }

    @Override
    public void updateDouble(int column, double value) throws SQLException {
        Call.shielded(() -> rows.updateDouble(column, value));
    }

    @Override
    public void updateBigDecimal(int column, @Nullable BigDecimal value) throws SQLException {
        Call.shielded(() -> rows.updateBigDecimal(column, value));
    }

    @Override
    public void updateString(int column, @Nullable String value) throws SQLException {
        Call.shielded(() -> rows.updateString(column, value));
    }

    @Override
    public void updateBytes(int column, byte @Nullable [] value) throws SQLException {
        Call.shielded(() -> rows.updateBytes(column, value));
    }

    @Override
    public void updateDate(int column, @Nullable Date value) throws SQLException {
        Call.shielded(() -> rows.updateDate(column, value));
    }

    @Override
    public void updateTime(int column, @Nullable Time value) throws SQLException {
        Call.shielded(() -> rows.updateTime(column, value));
    }

    @Override
    public void updateTimestamp(int column, @Nullable Timestamp value) throws SQLException {
        Call.shielded(() -> rows.updateTimestamp(column, value));
    }

    @Override
    public void updateAsciiStream(int column, @Nullable InputStream value, int length) throws SQLException {
        Call.shielded(() -> rows.updateAsciiStream(column, value, length));
    }

    @Override
    public void updateBinaryStream(int column, @Nullable InputStream value, int length) throws SQLException {
        Call.shielded(() -> rows.updateBinaryStream(column, value, length));
    }

    @Override
    public void updateCharacterStream(int column, @Nullable Reader value, int length) throws SQLException {
        Call.shielded(() -> rows.updateCharacterStream(column, value, length));
    }

    @Override
    public void updateObject(int column, @Nullable Object value, int scale) throws SQLException {
        Call.shielded(() -> rows.updateObject(column, value, scale));
    }

    @Override
    public void updateObject(int column, @Nullable Object value) throws SQLException {
        Call.shielded(() -> rows.updateObject(column, value));
    }

    @Override
    public void updateNull(String label) throws SQLException {
        Call.shielded(() -> rows.updateNull(label));
    }

    @Override
    public void updateBoolean(String label, boolean value) throws SQLException {
        Call.shielded(() -> rows.updateBoolean(label, value));
    }

    @Override
    public void updateByte(String label, byte value) throws SQLException {
        Call.shielded(() -> rows.updateByte(label, value));
    }

    @Override
    public void updateShort(String label, short value) throws SQLException {
        Call.shielded(() -> rows.updateShort(label, value));
    }

    @Override
    public void updateInt(String label, int value) throws SQLException {
        Call.shielded(() -> rows.updateInt(label, value));
    }

    @Override
    public void updateLong(String label, long value) throws SQLException {
        Call.shielded(() -> rows.updateLong(label, value));
    }

    @Override
    public void updateFloat(String label, float value) throws SQLException {
        Call.shielded(() -> rows.updateFloat(label, value));
    }

    @Override
    public void updateDouble(String label, double value) throws SQLException {
        Call.shielded(() -> rows.updateDouble(label, value));
    }

    @Override
    public void updateBigDecimal(String label, @Nullable BigDecimal value) throws SQLException {
        Call.shielded(() -> rows.updateBigDecimal(label, value));
    }

    @Override
    public void updateString(String label, @Nullable String value) throws SQLException {
        Call.shielded(() -> rows.updateString(label, value));
    }

    @Override
    public void updateBytes(String label, byte @Nullable [] value) throws SQLException {
        Call.shielded(() -> rows.updateBytes(label, value));
    }

    @Override
    public void updateDate(String label, @Nullable Date value) throws SQLException {
        Call.shielded(() -> rows.updateDate(label, value));
    }

    @Override
    public void updateTime(String label, @Nullable Time value) throws SQLException {
        Call.shielded(() -> rows.updateTime(label, value));
    }

    @Override
    public void updateTimestamp(String label, @Nullable Timestamp value) throws SQLException {
        Call.shielded(() -> rows.updateTimestamp(label, value));
    }

    @Override
    public void updateAsciiStream(String label, @Nullable InputStream value, int length) throws SQLException {
        Call.shielded(() -> rows.updateAsciiStream(label, value, length));
    }

    @Override
    public void updateBinaryStream(String label, @Nullable InputStream value, int length) throws SQLException {
        Call.shielded(() -> rows.updateBinaryStream(label, value, length));
    }

    @Override
    public void updateCharacterStream(String label, @Nullable Reader value, int length) throws SQLException {
        Call.shielded(() -> rows.updateCharacterStream(label, value, length));
    }

    @Override
    public void updateObject(String label, @Nullable Object value, int scale) throws SQLException {
        Call.shielded(() -> rows.updateObject(label, value, scale));
    }

    @Override
    public void updateObject(String label, @Nullable Object value) throws SQLException {
        Call.shielded(() -> rows.updateObject(label, value));
    }

    @Override
    public void cancelRowUpdates() throws SQLException {
        Call.shielded(() -> rows.cancelRowUpdates());
    }

    @Override
    public void moveToInsertRow() throws SQLException {
        Call.shielded(() -> rows.moveToInsertRow());
    }

    @Override
    public void moveToCurrentRow() throws SQLException {
        Call.shielded(() -> rows.moveToCurrentRow());
    }

    @Override
    public void updateRef(int column, @Nullable Ref value) throws SQLException {
        Call.shielded(() -> rows.updateRef(column, value));
    }

    @Override
    public void updateRef(String label, @Nullable Ref value) throws SQLException {
        Call.shielded(() -> rows.updateRef(label, value));
    }

    @Override
    public void updateBlob(int column, @Nullable Blob value) throws SQLException {
        Call.shielded(() -> rows.updateBlob(column, value));
    }

    @Override
    public void updateBlob(String label, @Nullable Blob value) throws SQLException {
        Call.shielded(() -> rows.updateBlob(label, value));
    }

    @Override
    public void updateClob(int column, @Nullable Clob value) throws SQLException {
        Call.shielded(() -> rows.updateClob(column, value));
    }

    @Override
    public void updateClob(String label, @Nullable Clob value) throws SQLException {
        Call.shielded(() -> rows.updateClob(label, value));
    }

    @Override
    public void updateArray(int column, @Nullable Array value) throws SQLException {
        Call.shielded(() -> rows.updateArray(column, value));
    }

    @Override
    public void updateArray(String label, @Nullable Array value) throws SQLException {
        Call.shielded(() -> rows.updateArray(label, value));
    }

    @Override
    public void updateRowId(int column, @Nullable RowId value) throws SQLException {
        Call.shielded(() -> rows.updateRowId(column, value));
    }

    @Override
    public void updateRowId(String label, @Nullable RowId value) throws SQLException {
        Call.shielded(() -> rows.updateRowId(label, value));
    }

    @Override
    public void updateNString(int column, @Nullable String value) throws SQLException {
        Call.shielded(() -> rows.updateNString(column, value));
    }

    @Override
    public void updateNString(String label, @Nullable String value) throws SQLException {
        Call.shielded(() -> rows.updateNString(label, value));
    }

    @Override
    public void updateNClob(int column, @Nullable NClob value) throws SQLException {
        Call.shielded(() -> rows.updateNClob(column, value));
    }

    @Override
    public void updateNClob(String label, @Nullable NClob value) throws SQLException {
        Call.shielded(() -> rows.updateNClob(label, value));
    }

    @Override
    public void updateSQLXML(int column, @Nullable SQLXML value) throws SQLException {
        Call.shielded(() -> rows.updateSQLXML(column, value));
    }

    @Override
    public void updateSQLXML(String label, @Nullable SQLXML value) throws SQLException {
        Call.shielded(() -> rows.updateSQLXML(label, value));
    }

    @Override
    public void updateNCharacterStream(int column, @Nullable Reader value, long length) throws SQLException {
        Call.shielded(() -> rows.updateNCharacterStream(column, value, length));
    }

    @Override
    public void updateNCharacterStream(String label, @Nullable Reader value, long length) throws SQLException {
        Call.shielded(() -> rows.updateNCharacterStream(label, value, length));
    }

    @Override
    public void updateAsciiStream(int column, @Nullable InputStream value, long length) throws SQLException {
        Call.shielded(() -> rows.updateAsciiStream(column, value, length));
    }

    @Override
    public void updateBinaryStream(int column, @Nullable InputStream value, long length) throws SQLException {
        Call.shielded(() -> rows.updateBinaryStream(column, value, length));
    }

    @Override
    public void updateCharacterStream(int column, @Nullable Reader value, long length) throws SQLException {
        Call.shielded(() -> rows.updateCharacterStream(column, value, length));
    }

    @Override
    public void updateAsciiStream(String label, @Nullable InputStream value, long length) throws SQLException {
        Call.shielded(() -> rows.updateAsciiStream(label, value, length));
    }

    @Override
    public void updateBinaryStream(String label, @Nullable InputStream value, long length) throws SQLException {
        Call.shielded(() -> rows.updateBinaryStream(label, value, length));
    }

    @Override
    public void updateCharacterStream(String label, @Nullable Reader value, long length) throws SQLException {
        Call.shielded(() -> rows.updateCharacterStream(label, value, length));
    }

    @Override
    public void updateBlob(int column, @Nullable InputStream value, long length) throws SQLException {
        Call.shielded(() -> rows.updateBlob(column, value, length));
    }

    @Override
    public void updateBlob(String label, @Nullable InputStream value, long length) throws SQLException {
        Call.shielded(() -> rows.updateBlob(label, value, length));
    }

    @Override
    public void updateClob(int column, @Nullable Reader value, long length) throws SQLException {
        Call.shielded(() -> rows.updateClob(column, value, length));
    }

    @Override
    public void updateClob(String label, @Nullable Reader value, long length) throws SQLException {
        Call.shielded(() -> rows.updateClob(label, value, length));
    }

    @Override
    public void updateNClob(int column, @Nullable Reader value, long length) throws SQLException {
        Call.shielded(() -> rows.updateNClob(column, value, length));
    }

    @Override
    public void updateNClob(String label, @Nullable Reader value, long length) throws SQLException {
        Call.shielded(() -> rows.updateNClob(label, value, length));
    }

    @Override
    public void updateNCharacterStream(int column, @Nullable Reader value) throws SQLException {
        Call.shielded(() -> rows.updateNCharacterStream(column, value));
    }

    @Override
    public void updateNCharacterStream(String label, @Nullable Reader value) throws SQLException {
        Call.shielded(() -> rows.updateNCharacterStream(label, value));
    }

    @Override
    public void updateAsciiStream(int column, @Nullable InputStream value) throws SQLException {
        Call.shielded(() -> rows.updateAsciiStream(column, value));
    }

    @Override
    public void updateBinaryStream(int column, @Nullable InputStream value) throws SQLException {
        Call.shielded(() -> rows.updateBinaryStream(column, value));
    }

    @Override
    public void updateCharacterStream(int column, @Nullable Reader value) throws SQLException {
        Call.shielded(() -> rows.updateCharacterStream(column, value));
    }

    @Override
    public void updateAsciiStream(String label, @Nullable InputStream value) throws SQLException {
        Call.shielded(() -> rows.updateAsciiStream(label, value));
    }

    @Override
    public void updateBinaryStream(String label, @Nullable InputStream value) throws SQLException {
        Call.shielded(() -> rows.updateBinaryStream(label, value));
    }

    @Override
    public void updateCharacterStream(String label, @Nullable Reader value) throws SQLException {
        Call.shielded(() -> rows.updateCharacterStream(label, value));
    }

    @Override
    public void updateBlob(int column, @Nullable InputStream value) throws SQLException {
        Call.shielded(() -> rows.updateBlob(column, value));
    }

    @Override
    public void updateBlob(String label, @Nullable InputStream value) throws SQLException {
        Call.shielded(() -> rows.updateBlob(label, value));
    }

    @Override
    public void updateClob(int column, @Nullable Reader value) throws SQLException {
        Call.shielded(() -> rows.updateClob(column, value));
    }

    @Override
    public void updateClob(String label, @Nullable Reader value) throws SQLException {
        Call.shielded(() -> rows.updateClob(label, value));
    }

    @Override
    public void updateNClob(int column, @Nullable Reader value) throws SQLException {
        Call.shielded(() -> rows.updateNClob(column, value));
    }

    @Override
    public void updateNClob(String label, @Nullable Reader value) throws SQLException {
        Call.shielded(() -> rows.updateNClob(label, value));
    }

    @Override
    public void updateObject(int column, @Nullable Object value, SQLType type, int scale) throws SQLException {
        Call.shielded(() -> rows.updateObject(column, value, type, scale));
    }

    @Override
    public void updateObject(String label, @Nullable Object value, SQLType type, int scale) throws SQLException {
        Call.shielded(() -> rows.updateObject(label, value, type, scale));
    }

    @Override
    public void updateObject(int column, @Nullable Object value, SQLType type) throws SQLException {
        Call.shielded(() -> rows.updateObject(column, value, type));
    }

    @Override
    public void updateObject(String label, @Nullable Object value, SQLType type) throws SQLException {
        Call.shielded(() -> rows.updateObject(label, value, type));
    }

    @Override
    public ResultSetMetaData getMetaData() throws SQLException {
        return shielded(() -> rows.getMetaData());
    }

    @Override
    public @Nullable Statement getStatement() throws SQLException {
        return rows.getStatement();
    }

    @Override
    public void setFetchSize(int count) throws SQLException {
        rows.setFetchSize(count);
    }

    @Override
    public void close() throws SQLException {
        Call.shielded(() -> rows.close());
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        return type.isInstance(rows) ? type.cast(rows) : rows.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || type.isInstance(rows) || rows.isWrapperFor(type);
    }

    @Override
    public String toString() {
        return rows.toString();
    }
}
