package io.meridian.snapshot;

/**
 * What became of one key.
 *
 * @param <K> keys
 * @param <V> values
 */
public sealed interface Change<K, V> {

    K key();

    /** The key has this value now; how new that is the value says itself. */
    record Put<K, V>(K key, V value) implements Change<K, V> {}

    /**
     * The key is gone.
     *
     * @param version of the removal, on the same scale as the versions of the key's values
     */
    record Removed<K, V>(K key, long version) implements Change<K, V> {}
}
