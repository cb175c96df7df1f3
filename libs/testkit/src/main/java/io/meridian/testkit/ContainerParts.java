package io.meridian.testkit;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import io.meridian.local.parts.Answers;
import io.meridian.local.parts.Databases;
import io.meridian.local.parts.Kafka;
import io.meridian.local.parts.PartException;
import io.meridian.local.parts.Ports;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * Parts as containers of the public images. Ports of the host are chosen here instead of by the engine, because they must stay the
 * same when a container is killed and started again.
 */
final class ContainerParts implements PartsSource {

    private static final Duration START_BOUND = Duration.ofMinutes(3);
    private static final int STOP_SECONDS = 30;
    private static final long POLL_MILLIS = 100;

    private final String host = DockerClientFactory.instance().dockerHostIpAddress();

    @Override
    public PostgresHandle postgres() {
        int port = Ports.free();
        var container = container("postgres:18", port, 5432)
                .withEnv("POSTGRES_PASSWORD", FreshDatabases.PASSWORD)
                .withCommand("postgres", "-c", "wal_level=logical", "-c", "max_replication_slots=16", "-c", "max_wal_senders=16");
        BooleanSupplier ready = () -> Answers.postgres(host, port, FreshDatabases.PASSWORD);
        start(container, ready);
        var databases = new FreshDatabases(new Databases(host, port, FreshDatabases.PASSWORD));
        return new ContainerPostgres(new Engine(container, host, port, ready), databases);
    }

    @Override
    public KafkaHandle kafka() {
        int port = Ports.free();
        var container = container("apache/kafka:4.2.0", port, 9092)
                .withEnv(environment(Kafka.singleNode()))
                .withEnv(environment(Map.of(
                        "node.id", "1",
                        "process.roles", "broker,controller",
                        "listeners", "PLAINTEXT://:9092,CONTROLLER://:9093",
                        "advertised.listeners", "PLAINTEXT://%s:%d".formatted(host, port),
                        "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                        "inter.broker.listener.name", "PLAINTEXT",
                        "controller.listener.names", "CONTROLLER",
                        "controller.quorum.voters", "1@localhost:9093")));
        BooleanSupplier ready = () -> Answers.kafka(host, port);
        start(container, ready);
        return new ContainerKafka(new Engine(container, host, port, ready));
    }

    @Override
    public RedisHandle redis() {
        int port = Ports.free();
        var container = container("redis:8", port, 6379).withCommand("redis-server", "--protected-mode", "no", "--save", "", "--appendonly", "no");
        BooleanSupplier ready = () -> Answers.redis(host, port);
        start(container, ready);
        return new ContainerRedis(new Engine(container, host, port, ready));
    }

    private GenericContainer<?> container(String image, int hostPort, int containerPort) {
        var onHost = host.equals("localhost") ? Binding.bindIpAndPort("127.0.0.1", hostPort) : Binding.bindPort(hostPort);
        return new GenericContainer<>(DockerImageName.parse(image))
                .withExposedPorts(containerPort)
                .withCreateContainerCmdModifier(command -> {
                    var config = command.getHostConfig() == null ? new HostConfig() : command.getHostConfig();
                    command.withHostConfig(config.withPortBindings(new PortBinding(onHost, ExposedPort.tcp(containerPort))));
                });
    }

    private static void start(GenericContainer<?> container, BooleanSupplier ready) {
        container.waitingFor(new AbstractWaitStrategy() {
            @Override
            protected void waitUntilReady() {
                await(container.getDockerImageName(), ready);
            }
        });
        container.start();
    }

    /** Names of properties as the image of Apache Kafka wants them. */
    private static Map<String, String> environment(Map<String, String> properties) {
        return properties.entrySet().stream()
                .collect(Collectors.toMap(
                        it -> "KAFKA_" + it.getKey().toUpperCase(Locale.ROOT).replace('.', '_'), Map.Entry::getValue));
    }

    private static void await(String image, BooleanSupplier ready) {
        var until = System.nanoTime() + START_BOUND.toNanos();
        while (!ready.getAsBoolean()) {
            if (System.nanoTime() - until > 0) {
                throw new PartException("The container of %s does not answer within %s".formatted(image, START_BOUND));
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new PartException("Interrupted while waiting for the container of " + image, e);
            }
        }
    }

    /** A started container and how to tell that it answers. */
    private record Engine(GenericContainer<?> container, String host, int port, BooleanSupplier ready) {

        DockerClient docker() {
            return container.getDockerClient();
        }

        String id() {
            return container.getContainerId();
        }

        InspectContainerResponse.ContainerState state() {
            return docker().inspectContainerCmd(id()).exec().getState();
        }

        void start() {
            if (!Boolean.TRUE.equals(state().getRunning())) {
                docker().startContainerCmd(id()).exec();
            }
            await(container.getDockerImageName(), ready);
        }
    }

    /** What the three have in common. */
    private interface InContainer extends PartHandle {

        Engine engine();

        @Override
        default String host() {
            return engine().host();
        }

        @Override
        default int port() {
            return engine().port();
        }

        @Override
        default void pause() {
            engine().docker().pauseContainerCmd(engine().id()).exec();
        }

        @Override
        default void resume() {
            if (Boolean.TRUE.equals(engine().state().getPaused())) {
                engine().docker().unpauseContainerCmd(engine().id()).exec();
            }
        }

        @Override
        default void kill() {
            engine().docker().killContainerCmd(engine().id()).exec();
        }

        @Override
        default void start() {
            engine().start();
        }

        @Override
        default void restart() {
            engine().docker().stopContainerCmd(engine().id()).withTimeout(STOP_SECONDS).exec();
            start();
        }
    }

    private record ContainerPostgres(Engine engine, FreshDatabases databases) implements PostgresHandle, InContainer {

        @Override
        public Database freshDatabase() {
            return databases.create(this);
        }

        @Override
        public void drop(Database database) {
            databases.drop(database);
        }
    }

    private record ContainerKafka(Engine engine) implements KafkaHandle, InContainer {}

    private record ContainerRedis(Engine engine) implements RedisHandle, InContainer {}
}
