package io.meridian.local.parts;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Kafka broker that is its own controller, in a small JVM of its own started from this JVM's class path.
 *
 * <p>The controller listens on the port after the broker's. Topics are created by those who own them, never by being named; data
 * survives a stop and a kill.
 */
public final class Kafka extends Part {

    private static final int PATIENCE_MILLIS = 1_500;
    private static final short METADATA = 3;
    private static final short METADATA_VERSION = 1;
    private static final int CORRELATION = 0x4d45;

    /** Nothing is started yet. */
    public Kafka(PartSettings settings) {
        super("kafka", settings);
    }

    /** Where the controller listens. */
    public int controllerPort() {
        return port() + 1;
    }

    @Override
    void prepare() {
        requirePort(controllerPort());
        write("server.properties", properties().entrySet().stream().map(it -> it.getKey() + "=" + it.getValue()));
        write("java.args", javaArguments());
    }

    @Override
    Launch launch() {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = List.of(
                java, "@" + directory().resolve("java.args"), directory().resolve("server.properties").toString());
        return new Launch(command, Map.of(), directory(), log(), settings().lifetime());
    }

    private Map<String, String> properties() {
        var all = new LinkedHashMap<String, String>();
        all.put("process.roles", "broker,controller");
        all.put("node.id", "1");
        all.put("listeners", "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port(), controllerPort()));
        all.put("advertised.listeners", "PLAINTEXT://127.0.0.1:%d".formatted(port()));
        all.put("controller.listener.names", "CONTROLLER");
        all.put("controller.quorum.voters", "1@127.0.0.1:%d".formatted(controllerPort()));
        all.put("log.dirs", directory().resolve("data").toString());
        all.put("auto.create.topics.enable", "false");

        // One node is all there is.
        for (var topic : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            all.put(topic + ".replication.factor", "1");
            all.put(topic + ".num.partitions", "4");
        }
        all.put("offsets.topic.num.partitions", "4");
        all.put("transaction.state.log.min.isr", "1");
        all.put("share.coordinator.state.topic.min.isr", "1");
        all.put("default.replication.factor", "1");
        all.put("min.insync.replicas", "1");

        // A broker that was killed is believed dead after this long; until then its successor may not serve.
        all.put("broker.session.timeout.ms", "3000");
        all.put("broker.heartbeat.interval.ms", "1000");

        // A consumer that was killed gives up its partitions after ten seconds instead of 45.
        all.put("group.consumer.min.session.timeout.ms", "6000");
        all.put("group.consumer.session.timeout.ms", "10000");
        all.put("group.consumer.min.heartbeat.interval.ms", "1000");
        all.put("group.consumer.heartbeat.interval.ms", "2000");
        all.put("group.initial.rebalance.delay.ms", "0");

        // Small: a few dozen partitions and a few clients.
        all.put("num.network.threads", "2");
        all.put("num.io.threads", "4");
        all.put("background.threads", "2");
        all.put("log.cleaner.dedupe.buffer.size", "4194304");
        all.put("log.segment.bytes", "67108864");
        all.put("log.index.size.max.bytes", "1048576");
        return all;
    }

    private Stream<String> javaArguments() {
        var own = Stream.of(
                "-Xms48m",
                "-Xmx160m",
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dlogback.configurationFile=io/meridian/local/parts/kafka-logback.xml");
        return Stream.concat(
                own, Stream.of("-cp", quoted(System.getProperty("java.class.path")), KafkaMain.class.getName()));
    }

    /** As the java launcher reads argument files. */
    private static String quoted(String argument) {
        return '"' + argument.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private void write(String file, Stream<String> lines) {
        var path = directory().resolve(file);
        try {
            Files.writeString(path, lines.collect(Collectors.joining("\n", "", "\n")));
        } catch (IOException e) {
            throw new PartException("Cannot write " + path + ": " + e, e);
        }
    }

    /**
     * Asks for the cluster's metadata and no topic's (version 1, the same since Kafka 0.10). The answer lists the brokers that serve;
     * one that still starts, or that the controller believes dead, is not among them.
     */
    @Override
    boolean answers() {
        try (var socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress("127.0.0.1", port()), PATIENCE_MILLIS);
            var out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(2 + 2 + 4 + 2 + 4);
            out.writeShort(METADATA);
            out.writeShort(METADATA_VERSION);
            out.writeInt(CORRELATION);
            out.writeShort(-1); // no client id
            out.writeInt(0); // no topics
            out.flush();
            var in = new DataInputStream(socket.getInputStream());
            in.readInt(); // size
            return in.readInt() == CORRELATION && in.readInt() > 0;
        } catch (IOException _) {
            return false;
        }
    }
}
