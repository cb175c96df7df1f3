package io.meridian.local.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRotationTest {

    @TempDir
    private Path directory;

    @Test
    void aSmallLogIsWrittenOn() throws IOException {
        var log = Files.writeString(directory.resolve("a.log"), "small");

        LogRotation.rotate(log, 10);

        assertThat(log).hasContent("small");
    }

    @Test
    void largeLogsMoveOnAndTheOldestIsForgotten() throws IOException {
        var log = directory.resolve("a.log");
        for (var content : new String[] {"the first run", "the second run", "the third run", "the fourth run"}) {
            Files.writeString(log, content);
            LogRotation.rotate(log, 10);
        }

        assertThat(log).doesNotExist();
        assertThat(directory.resolve("a.log.1")).hasContent("the fourth run");
        assertThat(directory.resolve("a.log.2")).hasContent("the third run");
        assertThat(directory).isDirectoryNotContaining("glob:**.3");
    }
}
