package io.meridian.snapshot;

import org.jspecify.annotations.Nullable;

/**
 * Whoever knows: a stream of changes that can be taken up again where it broke off.
 *
 * @param <K> keys
 * @param <V> values
 */
@FunctionalInterface
public interface Source<K, V> {

    /**
     * Begins to listen, and returns without waiting for anything.
     *
     * @param after the cursor of the last batch that was applied, null for none; a source that cannot go on there says everything
     * @param check whether to say everything once more after that, as {@link Batch.Kind#CHECK}
     * @param listener told by one thread at a time
     */
    Stream follow(@Nullable String after, boolean check, Listener<K, V> listener);

    /** A stream that is open, or being opened. */
    @FunctionalInterface
    interface Stream {

        /** Ends it. What it still says is not heard. */
        void cancel();
    }

    /** Hears what a stream says. */
    interface Listener<K, V> {

        void received(Batch<K, V> batch);

        /** There is nothing more to come from this stream, for whatever reason. */
        void ended(End end, String reason);
    }

    /** How a stream ended. */
    enum End {
        /** It broke off, or the other side went down: worth another attempt soon. */
        LOST,
        /** The other side has no room, or found this one too slow. */
        REFUSED,
        /** The other side does not know the question: an older release, which may be replaced by a newer one some time. */
        NOT_OFFERED
    }
}
