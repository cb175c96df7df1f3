package io.meridian.system.history;

import io.meridian.system.history.Entry.Action;
import io.meridian.system.history.Entry.Phase;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import tools.jackson.databind.json.JsonMapper;

/**
 * Records what clients do, in memory and as JSON lines in a file, in the order in which they did it. Each line is in the file before the
 * client goes on, so that a history survives whoever records it.
 */
public final class History implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<Entry> entries = new ArrayList<>();
    private final BufferedWriter file;
    private final LongSupplier nanoClock;
    private final long begin;
    private long operations;

    /** @param file made anew */
    public History(Path file, LongSupplier nanoClock) throws IOException {
        this.file = Files.newBufferedWriter(file);
        this.nanoClock = nanoClock;
        this.begin = nanoClock.getAsLong();
    }

    /** A client begins to ask. */
    public synchronized Entry invoke(int client, Action action, String key, String body, String order, long deadlineMillis) {
        operations++;
        return add(new Entry(
                operations, client, Phase.INVOKE, action, now(), key, body, order, 0, "", deadlineMillis));
    }

    /** A client knows what became of what it asked. */
    public synchronized Entry complete(Entry invoked, Phase phase, int http, String order, String told) {
        return add(new Entry(
                invoked.operation(),
                invoked.client(),
                phase,
                invoked.action(),
                now(),
                invoked.key(),
                invoked.body(),
                order,
                http,
                told,
                invoked.deadlineMillis()));
    }

    /** All that was recorded so far. */
    public synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** A history that was recorded earlier. */
    public static List<Entry> read(Path file) throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.map(it -> JSON.readValue(it, Entry.class)).toList();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }

    private long now() {
        return nanoClock.getAsLong() - begin;
    }

    private Entry add(Entry entry) {
        entries.add(entry);
        try {
            file.write(JSON.writeValueAsString(entry));
            file.newLine();
            file.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the history cannot be written", e);
        }
        return entry;
    }
}
