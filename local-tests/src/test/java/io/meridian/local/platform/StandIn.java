package io.meridian.local.platform;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes.Name;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * What the four services look like from outside, without Spring: a jar that lays itself out when asked to as Boot's would, and
 * else answers on its two HTTP ports.
 */
public final class StandIn {

    /** Environment: the service that cannot start. */
    static final String BROKEN = "STAND_IN_BROKEN";

    private StandIn() {}

    public static void main(String[] arguments) throws IOException {
        if ("tools".equals(System.getProperty("jarmode"))) {
            layOut(Path.of(System.getProperty("java.class.path")), Path.of(arguments[2]));
            return;
        }
        var process = System.getProperty("meridian.process", "");
        if (process.startsWith(System.getenv().getOrDefault(BROKEN, "nobody") + "@")) {
            System.out.println("{\"@timestamp\":\"2026-11-21T10:00:00Z\",\"level\":\"ERROR\",\"message\":\"no such table\"}");
            System.exit(1);
        }
        serve("SERVER_PORT");
        serve("MANAGEMENT_SERVER_PORT");
    }

    /** Writes the packaged jar of a service into a repository; another {@code build} gives other content. */
    static void packageInto(Path root, Component service, String build) throws IOException {
        var target = Files.createDirectories(root.resolve(service.id()).resolve("target"));
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Name.MAIN_CLASS, StandIn.class.getName());
        var jar = target.resolve(service.id() + "-0-app.jar");
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            var classFile = StandIn.class.getName().replace('.', '/') + ".class";
            add(out, classFile, StandIn.class.getClassLoader().getResourceAsStream(classFile).readAllBytes());
            add(out, "build", build.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void add(JarOutputStream out, String name, byte[] content) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(content);
        out.closeEntry();
    }

    private static void layOut(Path jar, Path destination) throws IOException {
        Files.createDirectories(destination);
        Files.copy(jar, destination.resolve(jar.getFileName()));
    }

    private static void serve(String portName) throws IOException {
        var port = Integer.parseInt(System.getenv(portName));
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII));
            }
        });
        server.start();
    }
}
