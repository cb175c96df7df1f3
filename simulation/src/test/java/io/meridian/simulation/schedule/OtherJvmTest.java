package io.meridian.simulation.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.simulation.Virtually;
import io.meridian.simulation.campaign.Simulate;
import io.meridian.simulation.planted.Plant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class OtherJvmTest {

    /** Its own hash salts, its own addresses, its own compiler: nothing of that may show. */
    @Test
    void aSeedIsTheSameRunInAnotherJvm(@TempDir Path directory) throws IOException, InterruptedException {
        var here = Virtually.call(() -> {
            var hashes = new ArrayList<String>();
            for (var seed = 500L; seed < 540; seed++) {
                hashes.add(seed + " " + Long.toHexString(Schedule.run(seed, Plant.NONE, null).hash()));
            }
            return hashes;
        });

        var said = directory.resolve("said");
        var other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Simulate.class.getName(),
                        "--hashes",
                        "--from",
                        "500",
                        "--seeds",
                        "40")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(other.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } finally {
            var _ = other.destroyForcibly();
        }

        assertThat(Files.readAllLines(said).stream().filter(line -> line.matches("[0-9]+ [0-9a-f]+"))).isEqualTo(here);
    }
}
