package io.meridian.deadline.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.Set;

/**
 * A server that is asked: {@code /here} answers, {@code /silent} never does, {@code /half} stops in the middle of its body. It
 * remembers how long each caller said it waits, and who hung up.
 */
public final class Neighbour implements AutoCloseable {

    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<String> news = new LinkedBlockingQueue<>();

    public Neighbour() throws IOException {
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("neighbour").start(this::accept);
    }

    public String url(String path) {
        return "http://localhost:" + listening.getLocalPort() + path;
    }

    /** What was said next: {@code asked <path> <the header>}, or {@code hung up}. */
    public String next() throws InterruptedException {
        var next = news.poll(60, TimeUnit.SECONDS);
        return next == null ? "nothing in a minute" : next;
    }

    public boolean isQuiet() {
        return news.isEmpty();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (var socket : open) {
            socket.close();
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                var socket = listening.accept();
                open.add(socket);
                Thread.ofVirtual().name("neighbour-connection").start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                answer(socket, line.split(" ", -1)[1], timeout(in));
            }
            news.add("hung up");
        } catch (IOException reset) {
            if (!listening.isClosed()) {
                news.add("hung up");
            }
        }
    }

    private static String timeout(BufferedReader in) throws IOException {
        var timeout = "nothing";
        for (var line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("x-request-timeout-ms:")) {
                timeout = line.substring(line.indexOf(':') + 1).strip();
            }
        }
        return timeout;
    }

    private void answer(Socket socket, String path, String timeout) throws IOException {
        news.add("asked " + path + " " + timeout);
        var answer =
                switch (path) {
                    case "/here" -> "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nx-deadline: granted=900, left=900\r\n\r\nhere";
                    case "/half" -> "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nha";
                    default -> "";
                };
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }
}
