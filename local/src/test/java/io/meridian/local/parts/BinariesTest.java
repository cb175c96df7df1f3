package io.meridian.local.parts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinariesTest {

    private static final int AT_ONCE = 3;

    @TempDir
    private Path cache = Path.of("set by JUnit");

    @Test
    void programIsUnpackedOnceByAllWhoWantItAtTheSameTime() throws Exception {
        var together = new CyclicBarrier(AT_ONCE);
        Callable<Path> unpack = () -> {
            together.await();
            return Binaries.postgres(cache);
        };

        try (var platforms = Executors.newFixedThreadPool(AT_ONCE)) {
            var homes = platforms.invokeAll(Collections.nCopies(AT_ONCE, unpack));

            assertThat(homes).extracting(Future::get).hasSize(AT_ONCE).containsOnly(Binaries.postgres(cache));
        }
        assertThat(Binaries.postgres(cache).resolve("bin/postgres")).isExecutable();
        assertThat(cache.toFile().list()).as("nothing half-done is left").hasSize(1);
    }
}
