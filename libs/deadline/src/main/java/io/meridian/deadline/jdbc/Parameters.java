package io.meridian.deadline.jdbc;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import org.jspecify.annotations.Nullable;

/** The many ways to set a parameter of a prepared statement, as three. */
abstract class Parameters extends DelegatingStatement implements PreparedStatement {

    /** Sets one parameter. */
    @FunctionalInterface
    interface Setter {
        void set(PreparedStatement statement, int index) throws SQLException;
    }

    /** A value that can be set again, and of which the driver knows how to send it. */
    abstract void set(int index, Setter setter) throws SQLException;

    /** As {@link #set}, but the driver may ask the server how to send it. */
    abstract void setAsking(int index, Setter setter) throws SQLException;

    /** A value that may be gone once the driver has seen it. */
    abstract void setOnce(int index, Setter setter) throws SQLException;

    @Override
    public void setNull(int index, int type) throws SQLException {
        set(index, (it, i) -> it.setNull(i, type));
    }

    @Override
    public void setNull(int index, int type, String typeName) throws SQLException {
        set(index, (it, i) -> it.setNull(i, type, typeName));
    }

    @Override
    public void setBoolean(int index, boolean value) throws SQLException {
        set(index, (it, i) -> it.setBoolean(i, value));
    }

    @Override
    public void setByte(int index, byte value) throws SQLException {
        set(index, (it, i) -> it.setByte(i, value));
    }

    @Override
    public void setShort(int index, short value) throws SQLException {
        set(index, (it, i) -> it.setShort(i, value));
    }

    @Override
    public void setInt(int index, int value) throws SQLException {
        set(index, (it, i) -> it.setInt(i, value));
    }

    @Override
    public void setLong(int index, long value) throws SQLException {
        set(index, (it, i) -> it.setLong(i, value));
    }

    @Override
    public void setFloat(int index, float value) throws SQLException {
        set(index, (it, i) -> it.setFloat(i, value));
    }

    @Override
    public void setDouble(int index, double value) throws SQLException {
        set(index, (it, i) -> it.setDouble(i, value));
    }

    @Override
    public void setBigDecimal(int index, @Nullable BigDecimal value) throws SQLException {
        set(index, (it, i) -> it.setBigDecimal(i, value));
    }

    @Override
    public void setString(int index, @Nullable String value) throws SQLException {
        set(index, (it, i) -> it.setString(i, value));
    }

    @Override
    public void setNString(int index, @Nullable String value) throws SQLException {
        set(index, (it, i) -> it.setNString(i, value));
    }

    @Override
    public void setBytes(int index, byte @Nullable [] value) throws SQLException {
        set(index, (it, i) -> it.setBytes(i, value));
    }

    @Override
    public void setDate(int index, @Nullable Date value) throws SQLException {
        set(index, (it, i) -> it.setDate(i, value));
    }

    @Override
    public void setDate(int index, @Nullable Date value, Calendar calendar) throws SQLException {
        set(index, (it, i) -> it.setDate(i, value, calendar));
    }

    @Override
    public void setTime(int index, @Nullable Time value) throws SQLException {
        set(index, (it, i) -> it.setTime(i, value));
    }

    @Override
    public void setTime(int index, @Nullable Time value, Calendar calendar) throws SQLException {
        set(index, (it, i) -> it.setTime(i, value, calendar));
    }

    @Override
    public void setTimestamp(int index, @Nullable Timestamp value) throws SQLException {
        set(index, (it, i) -> it.setTimestamp(i, value));
    }

    @Override
    public void setTimestamp(int index, @Nullable Timestamp value, Calendar calendar) throws SQLException {
        set(index, (it, i) -> it.setTimestamp(i, value, calendar));
    }

    @Override
    public void setURL(int index, @Nullable URL value) throws SQLException {
        set(index, (it, i) -> it.setURL(i, value));
    }

    @Override
    public void setObject(int index, @Nullable Object value) throws SQLException {
        setAsking(index, (it, i) -> it.setObject(i, value));
    }

    @Override
    public void setObject(int index, @Nullable Object value, int type) throws SQLException {
        setAsking(index, (it, i) -> it.setObject(i, value, type));
    }

    @Override
    public void setObject(int index, @Nullable Object value, int type, int scale) throws SQLException {
        setAsking(index, (it, i) -> it.setObject(i, value, type, scale));
    }

    @Override
    public void setObject(int index, @Nullable Object value, SQLType type) throws SQLException {
        setAsking(index, (it, i) -> it.setObject(i, value, type));
    }

    @Override
    public void setObject(int index, @Nullable Object value, SQLType type, int scale) throws SQLException {
        setAsking(index, (it, i) -> it.setObject(i, value, type, scale));
    }

    @Override
    public void setArray(int index, @Nullable Array value) throws SQLException {
        setAsking(index, (it, i) -> it.setArray(i, value));
    }

    @Override
    public void setRef(int index, @Nullable Ref value) throws SQLException {
        setOnce(index, (it, i) -> it.setRef(i, value));
    }

    @Override
    public void setRowId(int index, @Nullable RowId value) throws SQLException {
        setOnce(index, (it, i) -> it.setRowId(i, value));
    }

    @Override
    public void setSQLXML(int index, @Nullable SQLXML value) throws SQLException {
        setOnce(index, (it, i) -> it.setSQLXML(i, value));
    }

    @Override
    public void setBlob(int index, @Nullable Blob value) throws SQLException {
        setOnce(index, (it, i) -> it.setBlob(i, value));
    }

    @Override
    public void setBlob(int index, @Nullable InputStream value) throws SQLException {
        setOnce(index, (it, i) -> it.setBlob(i, value));
    }

    @Override
    public void setBlob(int index, @Nullable InputStream value, long length) throws SQLException {
        setOnce(index, (it, i) -> it.setBlob(i, value, length));
    }

    @Override
    public void setClob(int index, @Nullable Clob value) throws SQLException {
        setOnce(index, (it, i) -> it.setClob(i, value));
    }

    @Override
    public void setClob(int index, @Nullable Reader value) throws SQLException {
        setOnce(index, (it, i) -> it.setClob(i, value));
    }

    @Override
    public void setClob(int index, @Nullable Reader value, long length) throws SQLException {
        setOnce(index, (it, i) -> it.setClob(i, value, length));
    }

    @Override
    public void setNClob(int index, @Nullable NClob value) throws SQLException {
        setOnce(index, (it, i) -> it.setNClob(i, value));
    }

    @Override
    public void setNClob(int index, @Nullable Reader value) throws SQLException {
        setOnce(index, (it, i) -> it.setNClob(i, value));
    }

    @Override
    public void setNClob(int index, @Nullable Reader value, long length) throws SQLException {
        setOnce(index, (it, i) -> it.setNClob(i, value, length));
    }

    @Override
    public void setAsciiStream(int index, @Nullable InputStream value) throws SQLException {
        setOnce(index, (it, i) -> it.setAsciiStream(i, value));
    }

    @Override
    public void setAsciiStream(int index, @Nullable InputStream value, int length) throws SQLException {
        setOnce(index, (it, i) -> it.setAsciiStream(i, value, length));
    }

    @Override
    public void setAsciiStream(int index, @Nullable InputStream value, long length) throws SQLException {
        setOnce(index, (it, i) -> it.setAsciiStream(i, value, length));
    }

    @Override
    public void setBinaryStream(int index, @Nullable InputStream value) throws SQLException {
        setOnce(index, (it, i) -> it.setBinaryStream(i, value));
    }

    @Override
    public void setBinaryStream(int index, @Nullable InputStream value, int length) throws SQLException {
        setOnce(index, (it, i) -> it.setBinaryStream(i, value, length));
    }

    @Override
    public void setBinaryStream(int index, @Nullable InputStream value, long length) throws SQLException {
        setOnce(index, (it, i) -> it.setBinaryStream(i, value, length));
    }

    @Override
    public void setCharacterStream(int index, @Nullable Reader value) throws SQLException {
        setOnce(index, (it, i) -> it.setCharacterStream(i, value));
    }

    @Override
    public void setCharacterStream(int index, @Nullable Reader value, int length) throws SQLException {
        setOnce(index, (it, i) -> it.setCharacterStream(i, value, length));
    }

    @Override
    public void setCharacterStream(int index, @Nullable Reader value, long length) throws SQLException {
        setOnce(index, (it, i) -> it.setCharacterStream(i, value, length));
    }

    @Override
    public void setNCharacterStream(int index, @Nullable Reader value) throws SQLException {
        setOnce(index, (it, i) -> it.setNCharacterStream(i, value));
    }

    @Override
    public void setNCharacterStream(int index, @Nullable Reader value, long length) throws SQLException {
        setOnce(index, (it, i) -> it.setNCharacterStream(i, value, length));
    }

    @Override
    @Deprecated
    @SuppressWarnings("deprecation")
    public void setUnicodeStream(int index, @Nullable InputStream value, int length) throws SQLException {
        setOnce(index, (it, i) -> it.setUnicodeStream(i, value, length));
    }
}
