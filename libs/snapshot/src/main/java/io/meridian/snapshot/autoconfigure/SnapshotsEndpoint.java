package io.meridian.snapshot.autoconfigure;

import io.meridian.snapshot.Follower;
import io.meridian.snapshot.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * {@code GET /actuator/snapshots} shows what is followed and how old it is, {@code /actuator/snapshots/<name>/<key>} what is known of one key
 * and was known in the versions that are kept.
 */
@Endpoint(id = "snapshots")
class SnapshotsEndpoint {

    private final ObjectProvider<Follower<?, ?>> followers;

    SnapshotsEndpoint(ObjectProvider<Follower<?, ?>> followers) {
        this.followers = followers;
    }

    @ReadOperation
    All all() {
        return new All(followers.orderedStream().map(Followed::of).toList());
    }

    /** @return nothing, which is answered as not found, if there is no such snapshot, or no such key in its newest version */
    @ReadOperation
    @Nullable Known one(@Selector String name, @Selector String key) {
        for (var follower : followers) {
            if (follower.name().equals(name)) {
                return known(follower, key);
            }
        }
        return null;
    }

    private static <K, V> @Nullable Known known(Follower<K, V> follower, String key) {
        var current = follower.store().current();
        var value = value(current, key);
        return value == null
                ? null
                : new Known(
                        current.version(),
                        value,
                        follower.staleness(),
                        follower.store().kept().stream()
                                .map(it -> new Version(it.version(), value(it, key)))
                                .toList());
    }

    /** Keys are shown by their text, so they are found by it. */
    private static <K, V> @Nullable Object value(Snapshot<K, V> snapshot, String key) {
        var found = new AtomicReference<@Nullable Object>();
        snapshot.forEach((each, value) -> {
            if (String.valueOf(each).equals(key)) {
                found.set(value);
            }
        });
        return found.get();
    }

    record All(List<Followed> snapshots) {}

    /** @param problem why the last stream ended; null while one is open and speaks */
    record Followed(
            String name,
            long version,
            int size,
            boolean complete,
            Duration age,
            long applied,
            long stale,
            long drift,
            long streams,
            @Nullable String problem) {

        static Followed of(Follower<?, ?> follower) {
            var store = follower.store();
            var current = store.current();
            return new Followed(
                    follower.name(),
                    current.version(),
                    current.size(),
                    follower.isComplete(),
                    follower.staleness(),
                    store.applied(),
                    store.stale(),
                    follower.drift(),
                    follower.streams(),
                    follower.problem());
        }
    }

    /** @param versions those that are kept, newest first */
    record Known(long version, Object value, Duration age, List<Version> versions) {}

    /** @param value null if the key was not in it */
    record Version(long version, @Nullable Object value) {}
}
