package io.meridian.testkit;

import io.meridian.local.parts.Databases;
import io.meridian.local.parts.Kafka;
import io.meridian.local.parts.Lifetime;
import io.meridian.local.parts.Part;
import io.meridian.local.parts.PartSettings;
import io.meridian.local.parts.Ports;
import io.meridian.local.parts.Postgres;
import io.meridian.local.parts.Redis;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Parts as processes of this machine, in a temporary directory that goes with the JVM.
 *
 * <p>Binaries are unpacked once for this user, into {@code ~/.cache/meridian/parts} or where {@code -Dmeridian.parts.cache} says.
 */
final class ProcessParts implements PartsSource {

    private static final String HOST = "127.0.0.1";
    private static final Duration START_BOUND = Duration.ofMinutes(2);
    private static final Duration STOP_BOUND = Duration.ofSeconds(30);

    private final TemporaryHome home = TemporaryHome.create();

    @Override
    public PostgresHandle postgres() {
        var part = started(new Postgres(settings("postgres"), FreshDatabases.PASSWORD));
        return new OwnPostgres(part, new FreshDatabases(new Databases(HOST, part.port(), FreshDatabases.PASSWORD)));
    }

    @Override
    public KafkaHandle kafka() {
        return new OwnKafka(started(new Kafka(settings("kafka"))));
    }

    @Override
    public RedisHandle redis() {
        return new OwnRedis(started(new Redis(settings("redis"))));
    }

    /** In a home of its own; see {@link TlsRedis}. */
    static Redis redisOverTls() {
        var parts = new ProcessParts();
        return parts.started(Redis.overTls(parts.settings("redis")));
    }

    private PartSettings settings(String name) {
        return new PartSettings(home.path().resolve(name), Ports.free(), cache(), Lifetime.ITS_PARENTS);
    }

    private static Path cache() {
        var chosen = System.getProperty("meridian.parts.cache");
        return chosen != null ? Path.of(chosen) : Path.of(System.getProperty("user.home"), ".cache/meridian/parts");
    }

    private <P extends Part> P started(P part) {
        home.endWithJvm(part);
        part.start();
        part.awaitReady(START_BOUND);
        return part;
    }

    /** What the three have in common. */
    private interface OnProcess extends PartHandle {

        Part part();

        @Override
        default String host() {
            return HOST;
        }

        @Override
        default int port() {
            return part().port();
        }

        @Override
        default void pause() {
            part().pause();
        }

        @Override
        default void resume() {
            part().resume();
        }

        @Override
        default void kill() {
            part().kill();
        }

        @Override
        default void start() {
            part().start();
            part().awaitReady(START_BOUND);
        }

        @Override
        default void restart() {
            part().stop(STOP_BOUND);
            start();
        }
    }

    private record OwnPostgres(Part part, FreshDatabases databases) implements PostgresHandle, OnProcess {

        @Override
        public Database freshDatabase() {
            return databases.create(this);
        }

        @Override
        public void drop(Database database) {
            databases.drop(database);
        }
    }

    private record OwnKafka(Part part) implements KafkaHandle, OnProcess {}

    private record OwnRedis(Part part) implements RedisHandle, OnProcess {}
}
