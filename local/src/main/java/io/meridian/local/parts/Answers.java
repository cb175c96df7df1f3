package io.meridian.local.parts;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import javax.net.ssl.SSLSocketFactory;
import org.postgresql.Driver;

/**
 * Whether a server answers a request of its own protocol; a port that is open promises nothing.
 *
 * <p>Each asks once and is back within about two seconds; false stands for every reason why there is no good answer.
 */
public final class Answers {

    private static final int PATIENCE_MILLIS = 1_500;
    private static final int PATIENCE_SECONDS = 2;

    private static final short KAFKA_METADATA = 3;
    private static final short KAFKA_METADATA_VERSION = 1;
    private static final int KAFKA_CORRELATION = 0x4d45;

    private Answers() {}

    /** Redis answers PING. */
    public static boolean redis(String host, int port) {
        try (var socket = connect(host, port)) {
            return pongs(socket);
        } catch (IOException _) {
            return false;
        }
    }

    /** Redis answers PING over TLS. */
    static boolean redis(String host, int port, SSLSocketFactory tls) {
        try (var plain = connect(host, port);
                var socket = tls.createSocket(plain, host, port, true)) {
            return pongs(socket);
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean pongs(Socket socket) throws IOException {
        socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
        var answer = socket.getInputStream().readNBytes("+PONG".length());
        return new String(answer, StandardCharsets.US_ASCII).equals("+PONG");
    }

    /**
     * Kafka answers who the brokers are (metadata of no topic, version 1, the same since Kafka 0.10). The list holds the brokers that
     * serve; one that still starts, or that the controller believes dead, is not among them.
     */
    public static boolean kafka(String host, int port) {
        try (var socket = connect(host, port)) {
            var out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(2 + 2 + 4 + 2 + 4);
            out.writeShort(KAFKA_METADATA);
            out.writeShort(KAFKA_METADATA_VERSION);
            out.writeInt(KAFKA_CORRELATION);
            out.writeShort(-1); // no client id
            out.writeInt(0); // no topics
            out.flush();
            var in = new DataInputStream(socket.getInputStream());
            in.readInt(); // size
            return in.readInt() == KAFKA_CORRELATION && in.readInt() > 0;
        } catch (IOException _) {
            return false;
        }
    }

    /** PostgreSQL lets the administrator in and answers a query. */
    public static boolean postgres(String host, int port, String password) {
        try (var connection = administrator(host, port, password);
                var statement = connection.createStatement()) {
            return statement.execute("SELECT 1");
        } catch (SQLException _) {
            return false;
        }
    }

    static Connection administrator(String host, int port, String password) throws SQLException {
        var url = "jdbc:postgresql://%s:%d/%s".formatted(host, port, Postgres.ADMINISTRATOR);
        var properties = new Properties();
        properties.setProperty("user", Postgres.ADMINISTRATOR);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", Integer.toString(PATIENCE_SECONDS));
        properties.setProperty("loginTimeout", Integer.toString(PATIENCE_SECONDS));
        var connection = new Driver().connect(url, properties);
        if (connection == null) {
            throw new SQLException("the driver does not know " + url);
        }
        return connection;
    }

    private static Socket connect(String host, int port) throws IOException {
        var socket = new Socket();
        try {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
