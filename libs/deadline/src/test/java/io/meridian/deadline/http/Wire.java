package io.meridian.deadline.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One connection, spoken by hand: callers who leave, who dawdle and who ask twice before they listen. */
public final class Wire implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;

    private Wire(Socket socket) {
        this.socket = socket;
    }

    public static Wire to(int port) throws IOException {
        var socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        return new Wire(socket);
    }

    /** One answer; names of headers are in lower case. */
    public record Answer(int status, Map<String, String> headers, String body) {

        public String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /** Asks on a connection of its own. */
    public static Answer ask(int port, String line, String... headers) throws IOException {
        try (var wire = to(port)) {
            return wire.send(line, headers).receive();
        }
    }

    public Wire send(String line, String... headers) throws IOException {
        return sendRaw(line + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("", lines(headers)) + "\r\n");
    }

    public Wire sendRaw(String text) throws IOException {
        return sendRaw(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public Wire sendRaw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    public Answer receive() throws IOException {
        var in = socket.getInputStream();
        var head = head(in);
        var headers = new TreeMap<String, String>();
        for (var i = 1; i < head.length; i++) {
            var colon = head[i].indexOf(':');
            if (colon > 0) {
                headers.merge(
                        head[i].substring(0, colon).toLowerCase(Locale.ROOT),
                        head[i].substring(colon + 1).strip(),
                        (one, other) -> one + " | " + other);
            }
        }
        var length = headers.get("content-length");
        var body = length != null
                ? new String(in.readNBytes(Integer.parseInt(length)), StandardCharsets.UTF_8)
                : "chunked".equals(headers.get("transfer-encoding")) ? chunks(in) : "";
        return new Answer(Integer.parseInt(head[0].split(" ", -1)[1]), headers, body);
    }

    /** The status and the headers, of an answer whose body does not end. */
    public String receiveHead() throws IOException {
        return String.join("\n", head(socket.getInputStream()));
    }

    public String receiveLine() throws IOException {
        return line(socket.getInputStream());
    }

    /** All that comes until the other side hangs up. */
    public String receiveRest() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Whether the other side says nothing more. */
    public boolean isAtEnd() throws IOException {
        return socket.getInputStream().read() < 0;
    }

    /** Leaves without a word. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static String[] lines(String... headers) {
        var lines = new String[headers.length];
        for (var i = 0; i < headers.length; i++) {
            lines[i] = headers[i] + "\r\n";
        }
        return lines;
    }

    private static String[] head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            var next = in.read();
            if (next < 0) {
                throw new IOException("the server hung up after: " + head);
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.ISO_8859_1).split("\r\n", -1);
    }

    private static String chunks(InputStream in) throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            var size = Integer.parseInt(line(in), 16);
            body.write(in.readNBytes(size));
            line(in);
            if (size == 0) {
                return body.toString(StandardCharsets.UTF_8);
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (var next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the server hung up after: " + line);
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }
}
