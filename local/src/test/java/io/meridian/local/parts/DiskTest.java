package io.meridian.local.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskTest {

    @TempDir
    private Path temporary = Path.of("set by JUnit");

    @Test
    void fullDiskIsRefusedWithWhatIsLeftAndWhatIsNeeded() {
        assertThatThrownBy(() -> Disk.prepare(temporary, Long.MAX_VALUE))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("is full")
                .hasMessageContaining("MB are left");
    }

    @Test
    void roomyDirectoryIsCreatedAndLeftEmpty() {
        var directory = temporary.resolve("a/b");

        assertThatCode(() -> Disk.prepare(directory, 1)).doesNotThrowAnyException();

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void fileInTheWayIsNamed() throws IOException {
        var file = Files.createFile(temporary.resolve("file"));

        assertThatThrownBy(() -> Disk.prepare(file, 1))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("Cannot write in " + file);
    }

    @Test
    void copyIsTheSameTreeAndDeletionTakesAllOfIt() throws IOException {
        var from = Files.createDirectories(temporary.resolve("from/deep"));
        Files.writeString(from.resolve("file"), "content");
        var to = temporary.resolve("to");

        Disk.copy(temporary.resolve("from"), to);

        assertThat(to.resolve("deep/file")).hasContent("content");
        Disk.delete(to);
        assertThat(to).doesNotExist();
        assertThatCode(() -> Disk.delete(to)).doesNotThrowAnyException();
    }
}
