package io.meridian.testkit;

import io.meridian.testkit.UsesParts.Part;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The parts of this JVM, each started when it is first asked for and ended when the JVM ends, however it ends.
 *
 * <p>They are processes of this machine from published binaries; with {@code -Dmeridian.parts=containers} they are containers
 * of the public images instead, and the same tests run on them.
 */
public final class Parts {

    private static final PartsSource SOURCE = PartsSource.chosen();
    private static final Once<PostgresHandle> POSTGRES = new Once<>(SOURCE::postgres);
    private static final Once<KafkaHandle> KAFKA = new Once<>(SOURCE::kafka);
    private static final Once<RedisHandle> REDIS = new Once<>(SOURCE::redis);

    private Parts() {}

    /** PostgreSQL 18. */
    public static PostgresHandle postgres() {
        return POSTGRES.get();
    }

    /** Kafka 4.2. */
    public static KafkaHandle kafka() {
        return KAFKA.get();
    }

    /** Redis. */
    public static RedisHandle redis() {
        return REDIS.get();
    }

    /** Starts several at once; one that does not start is reported by who asks for it. */
    static void startTogether(Collection<Part> parts) {
        var starts = parts.stream()
                .map(part -> CompletableFuture.runAsync(once(part)::get, Thread::startVirtualThread))
                .toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(starts).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static Once<? extends PartHandle> once(Part part) {
        return switch (part) {
            case POSTGRES -> POSTGRES;
            case KAFKA -> KAFKA;
            case REDIS -> REDIS;
        };
    }

    /** A value or the failure to get it, found once: what did not start will not start for the next test either. */
    private static final class Once<T> {

        private final Supplier<T> supplier;
        private @Nullable T value;
        private @Nullable RuntimeException failure;

        Once(Supplier<T> supplier) {
            this.supplier = supplier;
        }

        synchronized T get() {
            if (failure != null) {
                throw failure;
            }
            if (value == null) {
                try {
                    value = supplier.get();
                } catch (RuntimeException e) {
                    failure = e;
                    throw e;
                }
            }
            return value;
        }
    }
}
