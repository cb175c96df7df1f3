package io.meridian.system.nemesis;

import io.meridian.local.platform.Addresses;
import io.meridian.local.platform.Component;
import io.meridian.local.platform.Platform;
import io.meridian.system.proxy.ProxyClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** A platform that runs, the proxies on its links, and the back doors by which faults are proven. */
public final class Arena implements AutoCloseable {

    private static final String PASSWORD = "meridian";

    private final Platform platform;
    private final ProxyClient proxies;
    private @Nullable Admin kafka;

    /** @param platform that was started with {@link Link#proxied} links */
    public Arena(Platform platform, ProxyClient proxies) {
        this.platform = platform;
        this.proxies = proxies;
    }

    public Platform platform() {
        return platform;
    }

    public ProxyClient proxies() {
        return proxies;
    }

    public Addresses addresses() {
        return platform.addresses();
    }

    /** Kafka's administration, past all proxies. */
    public synchronized Admin kafka() {
        var there = kafka;
        if (there == null) {
            there = Admin.create(Map.of(
                    "bootstrap.servers", kafkaAddress(),
                    "request.timeout.ms", "5000",
                    "default.api.timeout.ms", "15000",
                    "reconnect.backoff.max.ms", "500"));
            kafka = there;
        }
        return there;
    }

    public String kafkaAddress() {
        return addresses().address(Component.KAFKA);
    }

    /** The database of a service, as its own role and past all proxies. */
    public Connection database(Component service) throws SQLException {
        return connect(databaseOf(service), databaseOf(service));
    }

    /** PostgreSQL as its administrator. */
    public Connection administrator() throws SQLException {
        return connect("postgres", "postgres");
    }

    /** The name of the replication slot by which a service's events leave its database. */
    public static String slotOf(Component service) {
        return service.id().replace('-', '_') + "_outbox";
    }

    static String databaseOf(Component service) {
        return switch (service) {
            case ORDER -> "orders";
            case INVENTORY -> "inventory";
            case PAYMENT -> "payments";
            case GATEWAY, POSTGRES, KAFKA, REDIS ->
                throw new IllegalArgumentException(service.title() + " has no database");
        };
    }

    /** The one value of a query; empty if there is no row. */
    static OptionalLong number(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
        }
    }

    /** Whether whoever listens on the component's main port answers within a second. */
    boolean answers(Component component) {
        return protocolOf(component).ask(addresses().of(component), Duration.ofSeconds(1)) instanceof Protocol.Answer.Came;
    }

    static Protocol protocolOf(Component component) {
        return switch (component) {
            case POSTGRES -> Protocol.POSTGRES;
            case KAFKA -> Protocol.KAFKA;
            case REDIS -> Protocol.REDIS;
            case INVENTORY, PAYMENT, ORDER, GATEWAY -> Protocol.HTTP;
        };
    }

    /** The state of a process as proc(5) has it: R, S, T for one that is stopped, and so on; a space if there is none. */
    static char state(long pid) {
        try {
            var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException _) {
            return ' ';
        }
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }

    @Override
    public synchronized void close() {
        if (kafka != null) {
            kafka.close(Duration.ofSeconds(2));
        }
    }

    private Connection connect(String database, String user) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://" + addresses().address(Component.POSTGRES) + "/" + database
                        + "?ApplicationName=harness&connectTimeout=5&socketTimeout=30",
                user,
                PASSWORD);
    }
}
