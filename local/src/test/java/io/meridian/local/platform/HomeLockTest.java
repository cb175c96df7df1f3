package io.meridian.local.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeLockTest {

    @TempDir
    private Path directory;

    @Test
    void theSecondIsToldWhoTheFirstIs() {
        var file = directory.resolve("lock");
        try (var _ = HomeLock.acquire(file, "up")) {
            assertThatExceptionOfType(PlatformFailure.class)
                    .isThrownBy(() -> HomeLock.acquire(file, "down"))
                    .withMessageContaining("meridian up")
                    .withMessageContaining("PID " + ProcessHandle.current().pid())
                    .satisfies(it -> assertThat(it.kind()).isEqualTo(PlatformFailure.Kind.BUSY));
        }
    }

    @Test
    void whoComesAfterwardsGetsIt() {
        var file = directory.resolve("lock");
        HomeLock.acquire(file, "up").close();

        HomeLock.acquire(file, "down").close();

        assertThat(file).content().startsWith("meridian down");
    }
}
