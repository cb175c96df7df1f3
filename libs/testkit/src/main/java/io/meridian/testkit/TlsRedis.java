package io.meridian.testkit;

import io.meridian.local.parts.FaultyWire;
import io.meridian.local.parts.Redis;
import java.nio.file.Path;

/**
 * A Redis that speaks TLS alone, for one test class, apart from {@link Parts#redis()}: always a process of this machine, also where other parts
 * are containers, because its certificate has to be at hand.
 */
public final class TlsRedis implements AutoCloseable {

    private final Redis part;

    private TlsRedis(Redis part) {
        this.part = part;
    }

    /** Starts it and waits until it answers; it ends with the JVM at the latest. */
    public static TlsRedis start() {
        return new TlsRedis(ProcessParts.redisOverTls());
    }

    public int port() {
        return part.port();
    }

    /** What its clients have to trust, in PEM. */
    public Path certificate() {
        return Redis.certificateIn(part.directory());
    }

    /** A new wire to it, which can be made bad. */
    public FaultyWire wire() {
        return new FaultyWire(0, port());
    }

    @Override
    public void close() {
        part.kill();
    }
}
