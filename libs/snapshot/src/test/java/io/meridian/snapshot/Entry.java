package io.meridian.snapshot;

/** A value that says how new it is. */
record Entry(String text, long version) {

    static Change<String, Entry> put(String key, long version) {
        return new Change.Put<>(key, new Entry(key + "@" + version, version));
    }

    static Change<String, Entry> removed(String key, long version) {
        return new Change.Removed<>(key, version);
    }
}
