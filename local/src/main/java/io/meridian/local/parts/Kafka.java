package io.meridian.local.parts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Kafka broker that is its own controller, in a small JVM of its own started from this JVM's class path.
 *
 * <p>The controller listens on the port after the broker's. Topics are created by those who own them, never by being named; data
 * survives a stop and a kill.
 */
public final class Kafka extends Part {


    private final List<Door> doors;

    /**
     * One more port at which the broker listens, for clients who reach it by a detour: a broker tells its clients where to come again, and
     * would otherwise send them on the straight way.
     *
     * @param name upper-case letters, unique among the doors of a broker
     * @param port where the broker listens for them
     * @param detour where they are told to come, on 127.0.0.1
     */
    public record Door(String name, int port, int detour) {

        public Door {
            if (!name.matches("[A-Z]+")) {
                throw new IllegalArgumentException("name must be upper-case letters, was \"" + name + "\"");
            }
        }
    }

    /** Nothing is started yet. */
    public Kafka(PartSettings settings) {
        this(settings, List.of());
    }

    /** Nothing is started yet. */
    public Kafka(PartSettings settings, List<Door> doors) {
        super("kafka", settings);
        this.doors = List.copyOf(doors);
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
        var all = new LinkedHashMap<>(singleNode());
        all.put("node.id", "1");
        all.put("process.roles", "broker,controller");
        all.put(
                "listeners",
                listeners(Door::port) + ",CONTROLLER://127.0.0.1:%d".formatted(controllerPort()));
        all.put("advertised.listeners", listeners(Door::detour));
        all.put(
                "listener.security.protocol.map",
                Stream.concat(Stream.of("PLAINTEXT", "CONTROLLER"), doors.stream().map(Door::name))
                        .map(it -> it + ":PLAINTEXT")
                        .collect(Collectors.joining(",")));
        all.put("controller.listener.names", "CONTROLLER");
        all.put("controller.quorum.voters", "1@127.0.0.1:%d".formatted(controllerPort()));
        all.put("log.dirs", directory().resolve("data").toString());
        return all;
    }

    private String listeners(ToIntFunction<Door> port) {
        var own = Stream.of("PLAINTEXT://127.0.0.1:%d".formatted(port()));
        var more = doors.stream().map(it -> "%s://127.0.0.1:%d".formatted(it.name(), port.applyAsInt(it)));
        return Stream.concat(own, more).collect(Collectors.joining(","));
    }

    /** What a broker that stands alone and is small needs to be told, apart from where it listens and keeps its data. */
    public static Map<String, String> singleNode() {
        var all = new LinkedHashMap<String, String>();
        all.put("auto.create.topics.enable", "false");

        // One node is all there is.
        all.put("offsets.topic.replication.factor", "1");
        all.put("offsets.topic.num.partitions", "4");
        all.put("transaction.state.log.replication.factor", "1");
        all.put("transaction.state.log.num.partitions", "4");
        all.put("transaction.state.log.min.isr", "1");
        all.put("share.coordinator.state.topic.replication.factor", "1");
        all.put("share.coordinator.state.topic.num.partitions", "4");
        all.put("share.coordinator.state.topic.min.isr", "1");

        // A broker that was killed is believed dead after this long; until then its successor may not serve.
        all.put("broker.session.timeout.ms", "3000");
        all.put("broker.heartbeat.interval.ms", "1000");

        all.put("group.initial.rebalance.delay.ms", "0");

        // A few dozen partitions and a few clients.
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

    @Override
    boolean answers() {
        return Answers.kafka("127.0.0.1", port());
    }
}
