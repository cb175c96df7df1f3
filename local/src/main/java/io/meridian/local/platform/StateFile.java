package io.meridian.local.platform;

import io.meridian.local.platform.PlatformFailure.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code state.json}: written whole and renamed into place, so a reader sees the old state or the new one. A file that cannot
 * be read is kept under another name and answered with an empty state.
 */
final class StateFile {

    private static final int FORMAT = 1;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path file;

    StateFile(Path file) {
        this.file = file;
    }

    boolean exists() {
        return Files.exists(file);
    }

    /** @param warnings told, in a sentence, what was wrong with the file */
    State read(Consumer<String> warnings) {
        if (!exists()) {
            return State.empty();
        }
        try {
            return parse(JSON.readTree(Files.readAllBytes(file)));
        } catch (JacksonException | IllegalArgumentException e) {
            var kept = file.resolveSibling(file.getFileName() + ".unreadable");
            setAside(kept);
            warnings.accept(file + " could not be read (" + Faults.reason(e) + "); it is kept as " + kept.getFileName()
                    + "; unless --port-offset says otherwise the usual ports are assumed.");
            return State.empty();
        } catch (IOException e) {
            throw new PlatformFailure(Kind.FAILED, "Cannot read " + file + " (" + Faults.reason(e) + ").", e);
        }
    }

    void write(State state) {
        var next = file.resolveSibling(file.getFileName() + ".next");
        try {
            try (var channel = FileChannel.open(
                    next,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                var bytes = ByteBuffer.wrap(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(tree(state)));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new PlatformFailure(Kind.FAILED, "Cannot write " + file + " (" + Faults.reason(e) + ").", e);
        }
    }

    private static JsonNode tree(State state) {
        var root = JSON.createObjectNode();
        root.put("format", FORMAT);
        root.put("mode", state.mode().name());
        root.put("portOffset", state.portOffset());
        var builds = root.putObject("builds");
        state.builds().forEach((service, build) -> builds.put(service.id(), build));
        return root;
    }

    private static State parse(JsonNode root) {
        var format = required(root, "format").asInt(0);
        if (format != FORMAT) {
            throw new IllegalArgumentException("format " + FORMAT + " was expected, found " + format);
        }
        var builds = new EnumMap<Component, String>(Component.class);
        for (var entry : required(root, "builds").properties()) {
            var service = Component.named(entry.getKey())
                    .orElseThrow(() -> new IllegalArgumentException("unknown service " + entry.getKey()));
            builds.put(service, entry.getValue().asString());
        }
        var addresses = new Addresses(required(root, "portOffset").asInt(-1));
        return new State(
                State.Mode.valueOf(required(root, "mode").asString("")), addresses.offset(), builds);
    }

    private static JsonNode required(JsonNode node, String field) {
        var value = node.get(field);
        if (value == null) {
            throw new IllegalArgumentException("\"" + field + "\" is missing");
        }
        return value;
    }

    private void setAside(Path kept) {
        try {
            Files.move(file, kept, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new PlatformFailure(Kind.FAILED, "Cannot set " + file + " aside (" + Faults.reason(e) + ").", e);
        }
    }
}
