package io.meridian.deadline.jdbc;

import static io.meridian.deadline.DeadlineScope.shielded;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;

/** What is known of the columns of rows; nothing interrupts the driver while it asks the server for what is not. */
record ShieldedColumns(ResultSetMetaData columns) implements ResultSetMetaData {

    @Override
    public int getColumnCount() throws SQLException {
        return columns.getColumnCount();
    }

    @Override
    public boolean isAutoIncrement(int column) throws SQLException {
        return shielded(() -> columns.isAutoIncrement(column));
    }

    @Override
    public boolean isCaseSensitive(int column) throws SQLException {
        return shielded(() -> columns.isCaseSensitive(column));
    }

    @Override
    public boolean isSearchable(int column) throws SQLException {
        return shielded(() -> columns.isSearchable(column));
    }

    @Override
    public boolean isCurrency(int column) throws SQLException {
        return shielded(() -> columns.isCurrency(column));
    }

    @Override
    public int isNullable(int column) throws SQLException {
        return shielded(() -> columns.isNullable(column));
    }

    @Override
    public boolean isSigned(int column) throws SQLException {
        return shielded(() -> columns.isSigned(column));
    }

    @Override
    public int getColumnDisplaySize(int column) throws SQLException {
        return shielded(() -> columns.getColumnDisplaySize(column));
    }

    @Override
    public String getColumnLabel(int column) throws SQLException {
        return columns.getColumnLabel(column);
    }

    @Override
    public String getColumnName(int column) throws SQLException {
        return columns.getColumnName(column);
    }

    @Override
    public String getSchemaName(int column) throws SQLException {
        return shielded(() -> columns.getSchemaName(column));
    }

    @Override
    public int getPrecision(int column) throws SQLException {
        return shielded(() -> columns.getPrecision(column));
    }

    @Override
    public int getScale(int column) throws SQLException {
        return shielded(() -> columns.getScale(column));
    }

    @Override
    public String getTableName(int column) throws SQLException {
        return shielded(() -> columns.getTableName(column));
    }

    @Override
    public String getCatalogName(int column) throws SQLException {
        return shielded(() -> columns.getCatalogName(column));
    }

    @Override
    public int getColumnType(int column) throws SQLException {
        return shielded(() -> columns.getColumnType(column));
    }

    @Override
    public String getColumnTypeName(int column) throws SQLException {
        return shielded(() -> columns.getColumnTypeName(column));
    }

    @Override
    public boolean isReadOnly(int column) throws SQLException {
        return shielded(() -> columns.isReadOnly(column));
    }

    @Override
    public boolean isWritable(int column) throws SQLException {
        return shielded(() -> columns.isWritable(column));
    }

    @Override
    public boolean isDefinitelyWritable(int column) throws SQLException {
        return shielded(() -> columns.isDefinitelyWritable(column));
    }

    @Override
    public String getColumnClassName(int column) throws SQLException {
        return shielded(() -> columns.getColumnClassName(column));
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(columns) ? type.cast(columns) : columns.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(columns) || columns.isWrapperFor(type);
    }
}
