package io.meridian.inventory.store;

import io.meridian.inventory.model.Product;
import io.meridian.inventory.model.Sku;
import io.meridian.inventory.model.Stock;
import io.meridian.inventory.store.StockOutput.Said;
import io.meridian.inventory.watching.StockLog;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/**
 * The stock as PostgreSQL's write-ahead log tells it, by a temporary replication slot that is gone with its connection. Whoever changes the stock
 * does nothing for it, positions are the log's own, and every instance reads the same. The table is read on a second connection.
 *
 * <p>Neither connection is of the pool: they are kept, and a pool that is exhausted delays no news.
 */
public final class WalStockLog implements StockLog {

    private static final String PUBLICATION = "meridian_stock";

    /** How often the database is told how far its log has been read, and asked how far it has sent: what is read it need not keep. */
    private static final long STATUS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** Seconds. To create a slot PostgreSQL waits for every transaction that is writing. */
    private static final int PATIENCE_SECONDS = 10;

    private static final String ID =
            """
            SELECT system_identifier::TEXT || '-' || left(pg_walfile_name(pg_current_wal_lsn()), 8) || '-' ||
                   (SELECT oid FROM pg_database WHERE datname = current_database())::TEXT
            FROM pg_control_system()
            """;

    private static final String ALL =
            """
            SELECT p.sku, p.name, p.unit_price, p.currency, s.on_hand, s.held, s.sold, s.version
            FROM products p
            JOIN stock s ON s.sku = p.sku
            ORDER BY p.sku
            """;

    /** A commit that can be seen has its record before this. */
    private static final String END = "SELECT pg_current_wal_insert_lsn()";

    /** What is durable is what is sent. */
    private static final String WRITTEN = "SELECT pg_current_wal_flush_lsn()";

    private final String jdbcUrl;
    private final @Nullable String username;
    private final @Nullable String password;
    private final LongSupplier nanoClock;

    public WalStockLog(
            String jdbcUrl, @Nullable String username, @Nullable String password, LongSupplier nanoClock) {
        this.jdbcUrl = jdbcUrl;
        this.username = username;
        this.password = password;
        this.nanoClock = nanoClock;
    }

    @Override
    public Reading open() throws LogAway {
        Connection table = null;
        Connection log = null;
        try {
            table = DriverManager.getConnection(jdbcUrl, properties());
            log = DriverManager.getConnection(jdbcUrl, replicationProperties());
            return new WalReading(table, log);
        } catch (SQLException | RuntimeException fault) {
            abandon(log);
            abandon(table);
            throw away("cannot begin to read", fault);
        }
    }

    private Properties properties() {
        var properties = new Properties();
        if (username != null) {
            PGProperty.USER.set(properties, username);
        }
        if (password != null) {
            PGProperty.PASSWORD.set(properties, password);
        }
        PGProperty.APPLICATION_NAME.set(properties, "inventory-watch");
        PGProperty.CONNECT_TIMEOUT.set(properties, 2);
        PGProperty.LOGIN_TIMEOUT.set(properties, 5);
        PGProperty.SOCKET_TIMEOUT.set(properties, PATIENCE_SECONDS);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        return properties;
    }

    private Properties replicationProperties() {
        var properties = properties();
        PGProperty.REPLICATION.set(properties, "database");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "14");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        return properties;
    }

    private static LogAway away(String what, Throwable fault) {
        return new LogAway(what + " the log of the stock: " + fault.getMessage(), fault);
    }

    /** Closes without saying goodbye: the server may no longer listen, and a temporary slot goes with its connection. */
    private static void abandon(@Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException _) {
                // it is of no more use either way
            }
        }
    }

    private final class WalReading implements Reading {

        private final Connection table;
        private final Connection log;
        private final PGReplicationStream stream;
        private final StockOutput decoder = new StockOutput();
        private final Map<String, Product> names = new HashMap<>();
        private final Map<String, Product> changed = new LinkedHashMap<>();
        private final String id;
        private final long start;
        private boolean catalogue;
        private long told;
        private long statusNanos = nanoClock.getAsLong();

        private WalReading(Connection table, Connection log) throws SQLException {
            this.table = table;
            this.log = log;
            this.id = one(ID);
            var slot = "meridian_stock_" + UUID.randomUUID().toString().replace('-', '_');
            var replication = log.unwrap(PGConnection.class).getReplicationAPI();
            this.start = replication
                    .createReplicationSlot()
                    .logical()
                    .withSlotName(slot)
                    .withOutputPlugin("pgoutput")
                    .withTemporaryOption()
                    .make()
                    .getConsistentPoint()
                    .asLong();
            this.told = start;
            this.stream = replication
                    .replicationStream()
                    .logical()
                    .withSlotName(slot)
                    .withSlotOption("proto_version", 1)
                    .withSlotOption("publication_names", PUBLICATION)
                    .withStatusInterval(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .withAutomaticFlush(false)
                    .start();
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public long start() {
            return start;
        }

        @Override
        public List<Product> all() throws LogAway {
            var all = new ArrayList<Product>();
            try (PreparedStatement query = table.prepareStatement(ALL);
                    ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    all.add(Rows.product(rows));
                }
            } catch (SQLException | RuntimeException fault) {
                throw away("cannot read the table beside", fault);
            }
            names.clear();
            all.forEach(it -> names.put(it.sku().value(), it));
            return all;
        }

        @Override
        public long end() throws LogAway {
            return position(END);
        }

        @Override
        public @Nullable Commit next() throws LogAway {
            try {
                for (var message = stream.readPending(); message != null; message = stream.readPending()) {
                    var commit = understood(message);
                    if (commit != null) {
                        return commit;
                    }
                }
                // Nothing is on its way: what was received last has everything before it.
                told = later(told, stream.getLastReceiveLSN());
                status();
                return null;
            } catch (SQLException | RuntimeException fault) {
                throw away("cannot go on in", fault);
            }
        }

        @Override
        public long told() {
            return told;
        }

        @Override
        public long written() throws LogAway {
            return position(WRITTEN);
        }

        @Override
        public void close() {
            abandon(log);
            abandon(table);
        }

        private @Nullable Commit understood(ByteBuffer message) {
            switch (decoder.decode(message)) {
                case Said.Row(var columns) -> note(columns);
                case Said.Rows() -> catalogue = true;
                case Said.Committed(var position, var at) -> {
                    told = Math.max(told, position);
                    if (changed.isEmpty() && !catalogue) {
                        return null;
                    }
                    var commit = new Commit(position, at, List.copyOf(changed.values()), catalogue);
                    changed.clear();
                    catalogue = false;
                    return commit;
                }
                case null -> {}
            }
            return null;
        }

        private void note(Map<String, String> columns) {
            var sku = value(columns, "sku");
            var known = names.get(sku);
            if (known == null) {
                catalogue = true;
                return;
            }
            var stock = new Stock(
                    number(columns, "on_hand"),
                    number(columns, "held"),
                    number(columns, "sold"),
                    number(columns, "version"));
            changed.put(sku, new Product(new Sku(sku), known.name(), known.unitPrice(), stock));
        }

        private void status() throws SQLException {
            long now = nanoClock.getAsLong();
            if (now - statusNanos >= STATUS_NANOS) {
                statusNanos = now;
                var position = LogSequenceNumber.valueOf(told);
                stream.setFlushedLSN(position);
                stream.setAppliedLSN(position);
                stream.forceUpdateStatus();
            }
        }

        private long position(String sql) throws LogAway {
            try {
                return LogSequenceNumber.valueOf(one(sql)).asLong();
            } catch (SQLException fault) {
                throw away("cannot ask about", fault);
            }
        }

        private String one(String sql) throws SQLException {
            try (PreparedStatement query = table.prepareStatement(sql);
                    ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    throw new SQLException("expected one row, found none: " + sql);
                }
                return row.getString(1);
            }
        }
    }

    private static long later(long one, LogSequenceNumber other) {
        return Math.max(one, other.asLong());
    }

    private static String value(Map<String, String> columns, String name) {
        var value = columns.get(name);
        if (value == null) {
            throw new IllegalArgumentException("expected a column " + name + ", found " + columns.keySet());
        }
        return value;
    }

    private static long number(Map<String, String> columns, String name) {
        return Long.parseLong(value(columns, name));
    }
}
