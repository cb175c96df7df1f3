package io.meridian.edges.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** HTTP/1.1 as somebody writes it by hand, because clients refuse to send what a door must withstand. */
public final class RawHttp {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private RawHttp() {}

    /** One answer; names of headers are in lower case. */
    public record Answer(int status, Map<String, String> headers, String body) {

        public String header(String name) {
            return headers.getOrDefault(name, "");
        }

        public Map<String, Object> json() {
            return JSON.readValue(body, new TypeReference<>() {});
        }

        public String detail() {
            return String.valueOf(json().get("detail"));
        }
    }

    public static Answer send(int port, String line, String header, byte[] body) throws IOException {
        var head = line + "\r\nHost: localhost\r\nConnection: close\r\n" + header + "\r\n"
                + (body.length == 0 && !line.startsWith("POST") ? "" : "Content-Length: " + body.length + "\r\n")
                + "\r\n";
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        bytes.writeBytes(body);
        return send(port, bytes.toByteArray());
    }

    public static Answer send(int port, String request) throws IOException {
        return send(port, request.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static Answer send(int port, byte[] request) throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            return read(socket);
        }
    }

    private static Answer read(Socket socket) throws IOException {
        var in = socket.getInputStream();
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            var next = in.read();
            if (next < 0) {
                throw new IOException("the server hung up after: " + head);
            }
            head.write(next);
        }
        var lines = head.toString(StandardCharsets.ISO_8859_1).split("\r\n", -1);
        var headers = new TreeMap<String, String>();
        for (var i = 1; i < lines.length; i++) {
            var colon = lines[i].indexOf(':');
            if (colon > 0) {
                headers.merge(
                        lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                        lines[i].substring(colon + 1).strip(),
                        (one, other) -> one + ", " + other);
            }
        }
        var status = Integer.parseInt(lines[0].split(" ", -1)[1]);
        var noBody = status == 204 || "0".equals(headers.get("content-length"));
        var body = noBody
                ? ""
                : headers.containsKey("content-length")
                        ? new String(
                                in.readNBytes(Integer.parseInt(headers.get("content-length"))), StandardCharsets.UTF_8)
                        : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(status, headers, body);
    }
}
