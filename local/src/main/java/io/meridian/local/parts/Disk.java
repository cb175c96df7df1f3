package io.meridian.local.parts;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Directories, with refusals a person can act on. */
final class Disk {

    /** A new PostgreSQL takes 60 MB and Kafka's first topics 40 MB; the rest is for the write-ahead log of a busy hour. */
    private static final long NEEDED_BYTES = 300L << 20;

    private Disk() {}

    /** Creates the directory and checks that it can be written and has room. */
    static void prepare(Path directory) {
        prepare(directory, NEEDED_BYTES);
    }

    static void prepare(Path directory, long neededBytes) {
        try {
            Files.createDirectories(directory);
            Files.delete(Files.createTempFile(directory, "probe", ""));
            var left = Files.getFileStore(directory).getUsableSpace();
            if (left < neededBytes) {
                throw new PartException("The disk of %s is full: %d MB are left, %d MB are needed. Free some space, or use another directory."
                        .formatted(directory, left >> 20, neededBytes >> 20));
            }
        } catch (IOException e) {
            throw new PartException(
                    "Cannot write in %s (%s). Make it writable for this user, or use another directory.".formatted(directory, e), e);
        }
    }

    static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try {
            Files.walkFileTree(directory, new Deletion());
        } catch (IOException e) {
            throw new PartException("Cannot delete " + directory + ": " + e, e);
        }
    }

    static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new Copy(from, to));
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE; // an ending process deletes its own files
            }
            throw failure;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }

    private static final class Copy extends SimpleFileVisitor<Path> {

        private final Path from;
        private final Path to;

        Copy(Path from, Path to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
            var target = to.resolve(from.relativize(directory).toString());
            Files.createDirectories(target);
            Files.setPosixFilePermissions(target, Files.getPosixFilePermissions(directory));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
        }
    }
}
