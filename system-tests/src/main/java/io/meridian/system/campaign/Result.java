package io.meridian.system.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * An outcome with what is needed to have it again.
 *
 * @param command the line that was typed
 * @param commit of the platform and the harness
 * @param at when it was known
 */
record Result(String command, String commit, String at, Outcome outcome) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What earlier runs have added; nothing if there is no such file. */
    static List<Result> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try (var lines = Files.lines(file)) {
            return lines.map(it -> JSON.readValue(it, Result.class)).toList();
        }
    }

    void append(Path file) throws IOException {
        Files.writeString(file, JSON.writeValueAsString(this) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
