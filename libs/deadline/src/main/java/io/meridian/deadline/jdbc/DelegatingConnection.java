package io.meridian.deadline.jdbc;

import static io.meridian.deadline.DeadlineScope.shielded;

import io.meridian.deadline.DeadlineScope;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.SQLXML;
import java.sql.Savepoint;
import java.sql.ShardingKey;
import java.sql.Statement;
import java.sql.Struct;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A connection that does nothing of its own, but that no call which may reach the server is interrupted. */
abstract class DelegatingConnection implements Connection {

    private final Connection target;

    DelegatingConnection(Connection target) {
        this.target = target;
    }

    @Override
    public Statement createStatement() throws SQLException {
        return shielded(() -> target.createStatement());
    }

    @Override
    public Statement createStatement(int type, int concurrency) throws SQLException {
        return shielded(() -> target.createStatement(type, concurrency));
    }

    @Override
    public Statement createStatement(int type, int concurrency, int holdability) throws SQLException {
        return shielded(() -> target.createStatement(type, concurrency, holdability));
    }

    @Override
    public PreparedStatement prepareStatement(String sql) throws SQLException {
        return shielded(() -> target.prepareStatement(sql));
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int generatedKeys) throws SQLException {
        return shielded(() -> target.prepareStatement(sql, generatedKeys));
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int[] columns) throws SQLException {
        return shielded(() -> target.prepareStatement(sql, columns));
    }

    @Override
    public PreparedStatement prepareStatement(String sql, String[] columns) throws SQLException {
        return shielded(() -> target.prepareStatement(sql, columns));
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int type, int concurrency) throws SQLException {
        return shielded(() -> target.prepareStatement(sql, type, concurrency));
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability) throws SQLException {
        return shielded(() -> target.prepareStatement(sql, type, concurrency, holdability));
    }

    @Override
    public CallableStatement prepareCall(String sql) throws SQLException {
        return shielded(() -> target.prepareCall(sql));
    }

    @Override
    public CallableStatement prepareCall(String sql, int type, int concurrency) throws SQLException {
        return shielded(() -> target.prepareCall(sql, type, concurrency));
    }

    @Override
    public CallableStatement prepareCall(String sql, int type, int concurrency, int holdability) throws SQLException {
        return shielded(() -> target.prepareCall(sql, type, concurrency, holdability));
    }

    @Override
    public void setAutoCommit(boolean autoCommit) throws SQLException {
        Call.shielded(() -> target.setAutoCommit(autoCommit));
    }

    @Override
    public boolean getAutoCommit() throws SQLException {
        return target.getAutoCommit();
    }

    @Override
    public void commit() throws SQLException {
        Call.shielded(() -> target.commit());
    }

    @Override
    public void rollback() throws SQLException {
        Call.shielded(() -> target.rollback());
    }

    @Override
    public void rollback(Savepoint savepoint) throws SQLException {
        Call.shielded(() -> target.rollback(savepoint));
    }

    @Override
    public Savepoint setSavepoint() throws SQLException {
        return shielded(() -> target.setSavepoint());
    }

    @Override
    public Savepoint setSavepoint(String name) throws SQLException {
        return shielded(() -> target.setSavepoint(name));
    }

    @Override
    public void releaseSavepoint(Savepoint savepoint) throws SQLException {
        Call.shielded(() -> target.releaseSavepoint(savepoint));
    }

    @Override
    public void close() throws SQLException {
        Call.shielded(() -> target.close());
    }

    @Override
    public boolean isClosed() throws SQLException {
        return target.isClosed();
    }

    @Override
    public boolean isValid(int seconds) throws SQLException {
        return shielded(() -> target.isValid(seconds));
    }

    @Override
    public void abort(Executor executor) throws SQLException {
        Call.shielded(() -> target.abort(executor));
    }

    @Override
    public DatabaseMetaData getMetaData() throws SQLException {
        return shielded(() -> target.getMetaData());
    }

    @Override
    public void setReadOnly(boolean readOnly) throws SQLException {
        Call.shielded(() -> target.setReadOnly(readOnly));
    }

    @Override
    public boolean isReadOnly() throws SQLException {
        return target.isReadOnly();
    }

    @Override
    public void setTransactionIsolation(int level) throws SQLException {
        Call.shielded(() -> target.setTransactionIsolation(level));
    }

    @Override
    public int getTransactionIsolation() throws SQLException {
        return shielded(() -> target.getTransactionIsolation());
    }

    @Override
    public void setHoldability(int holdability) throws SQLException {
        Call.shielded(() -> target.setHoldability(holdability));
    }

    @Override
    public int getHoldability() throws SQLException {
        return target.getHoldability();
    }

    @Override
    public void setCatalog(String catalog) throws SQLException {
        Call.shielded(() -> target.setCatalog(catalog));
    }

    @Override
    public String getCatalog() throws SQLException {
        return shielded(() -> target.getCatalog());
    }

    @Override
    public void setSchema(String schema) throws SQLException {
        Call.shielded(() -> target.setSchema(schema));
    }

    @Override
    public String getSchema() throws SQLException {
        return shielded(() -> target.getSchema());
    }

    @Override
    public String nativeSQL(String sql) throws SQLException {
        return target.nativeSQL(sql);
    }

    @Override
    public @Nullable SQLWarning getWarnings() throws SQLException {
        return target.getWarnings();
    }

    @Override
    public void clearWarnings() throws SQLException {
        target.clearWarnings();
    }

    @Override
    public Map<String, Class<?>> getTypeMap() throws SQLException {
        return target.getTypeMap();
    }

    @Override
    public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
        target.setTypeMap(map);
    }

    @Override
    public Clob createClob() throws SQLException {
        return shielded(() -> target.createClob());
    }

    @Override
    public Blob createBlob() throws SQLException {
        return shielded(() -> target.createBlob());
    }

    @Override
    public NClob createNClob() throws SQLException {
        return shielded(() -> target.createNClob());
    }

    @Override
    public SQLXML createSQLXML() throws SQLException {
        return shielded(() -> target.createSQLXML());
    }

    @Override
    public Array createArrayOf(String typeName, Object[] elements) throws SQLException {
        return shielded(() -> target.createArrayOf(typeName, elements));
    }

    @Override
    public Struct createStruct(String typeName, Object[] attributes) throws SQLException {
        return shielded(() -> target.createStruct(typeName, attributes));
    }

    @Override
    public String getClientInfo(String name) throws SQLException {
        return shielded(() -> target.getClientInfo(name));
    }

    @Override
    public Properties getClientInfo() throws SQLException {
        return shielded(() -> target.getClientInfo());
    }

    @Override
    public void setNetworkTimeout(Executor executor, int milliseconds) throws SQLException {
        target.setNetworkTimeout(executor, milliseconds);
    }

    @Override
    public int getNetworkTimeout() throws SQLException {
        return target.getNetworkTimeout();
    }

    @Override
    public void beginRequest() throws SQLException {
        Call.shielded(() -> target.beginRequest());
    }

    @Override
    public void endRequest() throws SQLException {
        Call.shielded(() -> target.endRequest());
    }

    @Override
    public boolean setShardingKeyIfValid(ShardingKey key, ShardingKey superKey, int seconds) throws SQLException {
        return shielded(() -> target.setShardingKeyIfValid(key, superKey, seconds));
    }

    @Override
    public boolean setShardingKeyIfValid(ShardingKey key, int seconds) throws SQLException {
        return shielded(() -> target.setShardingKeyIfValid(key, seconds));
    }

    @Override
    public void setShardingKey(ShardingKey key, ShardingKey superKey) throws SQLException {
        Call.shielded(() -> target.setShardingKey(key, superKey));
    }

    @Override
    public void setShardingKey(ShardingKey key) throws SQLException {
        Call.shielded(() -> target.setShardingKey(key));
    }

    @Override
    public void setClientInfo(String name, String value) throws SQLClientInfoException {
        DeadlineScope.<Boolean, SQLClientInfoException>shielded(() -> {
            target.setClientInfo(name, value);
            return true;
        });
    }

    @Override
    public void setClientInfo(Properties properties) throws SQLClientInfoException {
        DeadlineScope.<Boolean, SQLClientInfoException>shielded(() -> {
            target.setClientInfo(properties);
            return true;
        });
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        return type.isInstance(target) ? type.cast(target) : target.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || type.isInstance(target) || target.isWrapperFor(type);
    }

    @Override
    public String toString() {
        return target.toString();
    }
}
