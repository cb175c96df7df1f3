package io.meridian.system.nemesis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** What is spoken on a link, and the least that can be said in it to see whether and how fast the other side answers. */
public enum Protocol {
    /** Any answer to any request, such as a 404. */
    HTTP(bytes("GET /livez HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n"), "HTTP/1.1".length()),

    /** The preface of HTTP/2 with empty settings (RFC 9113, 3.4), answered with the server's settings: a frame of nine bytes at least. */
    GRPC(bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"), 9),

    /** A request for TLS (PostgreSQL, 54.7 "SSLRequest"), answered with one byte. */
    POSTGRES(new byte[] {0, 0, 0, 8, 4, (byte) 0xd2, 0x16, 0x2f}, 1),

    /** Metadata of no topic, version 1, as {@code io.meridian.local.parts.Answers} asks for it; answered with size and correlation. */
    KAFKA(new byte[] {0, 0, 0, 14, 0, 3, 0, 1, 0, 0, 0x4d, 0x45, (byte) 0xff, (byte) 0xff, 0, 0, 0, 0}, 8),

    REDIS(bytes("PING\r\n"), "+PONG\r\n".length());

    private final byte[] question;
    private final int answerLength;

    Protocol(byte[] question, int answerLength) {
        this.question = question;
        this.answerLength = answerLength;
    }

    /** How the other side behaved. */
    public sealed interface Answer {

        /** It answered, so long after the connection was begun. */
        record Came(Duration after) implements Answer {}

        /** It took the connection and said nothing in time. */
        record Silence() implements Answer {}

        /** It took the connection and ended it without an answer. */
        record Broken() implements Answer {}

        /** Nobody takes connections. */
        record Nobody() implements Answer {}
    }

    /** Asks once over a connection of its own. */
    public Answer ask(int port, Duration patience) {
        var begin = System.nanoTime();
        try (var socket = new Socket()) {
            var millis = Math.toIntExact(patience.toMillis());
            socket.connect(new InetSocketAddress("127.0.0.1", port), millis);
            socket.setSoTimeout(millis);
            socket.getOutputStream().write(question);
            var answer = socket.getInputStream().readNBytes(answerLength);
            return answer.length < answerLength
                    ? new Answer.Broken()
                    : new Answer.Came(Duration.ofNanos(System.nanoTime() - begin));
        } catch (ConnectException _) {
            return new Answer.Nobody();
        } catch (SocketTimeoutException _) {
            return new Answer.Silence();
        } catch (IOException _) {
            return new Answer.Broken();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }
}
