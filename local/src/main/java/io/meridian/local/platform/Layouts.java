package io.meridian.local.platform;

import io.meridian.local.platform.PlatformFailure.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Lays the services' jars out under one directory that all platforms of this machine share, one folder for each build, so that
 * a running service never loses its files to a newer one.
 */
final class Layouts {

    private final Path root;
    private final Path apps;

    /** @param root the repository, whose modules have been packaged */
    Layouts(Path root, Path apps) {
        this.root = root;
        this.apps = apps;
    }

    /** The digest of the service's packaged jar, without laying it out. */
    String build(Component service) {
        return digest(packaged(service));
    }

    /** Lays out the service's packaged jar unless that was done before. */
    Layout prepare(Component service) {
        var packaged = packaged(service);
        var build = digest(packaged);
        var directory = apps.resolve(service.id() + "-" + build);
        var jar = directory.resolve(service.id() + ".jar");
        if (!Files.exists(jar)) {
            layOut(packaged, directory, jar.getFileName());
            prune(service, directory);
        }
        return new Layout(service, build, jar);
    }

    /** The layout of this build if it still is there, else of what is packaged now. */
    Layout of(Component service, @Nullable String build) {
        if (build != null) {
            var jar = apps.resolve(service.id() + "-" + build).resolve(service.id() + ".jar");
            if (Files.exists(jar)) {
                return new Layout(service, build, jar);
            }
        }
        return prepare(service);
    }

    private Path packaged(Component service) {
        var target = root.resolve(service.id()).resolve("target");
        try (var files = Files.isDirectory(target) ? Files.list(target) : Stream.<Path>empty()) {
            return files.filter(it -> it.getFileName().toString().endsWith("-app.jar"))
                    .max(Comparator.comparing(it -> it.toFile().lastModified()))
                    .orElseThrow(() -> new PlatformFailure(
                            Kind.MISSING,
                            service.title() + " is not built: there is no " + target
                                    + "/*-app.jar. `./meridian up` builds it, and so does `mvn package`."));
        } catch (IOException e) {
            throw new PlatformFailure(Kind.FAILED, "Cannot read " + target + " (" + Faults.reason(e) + ").", e);
        }
    }

    private void layOut(Path packaged, Path directory, Path jarName) {
        // Named so that nobody's pruning takes it for an older build, and apart from another platform's in this very process.
        var scratch = directory.resolveSibling("." + directory.getFileName() + "." + UUID.randomUUID());
        try {
            Files.createDirectories(apps);
            extract(packaged, scratch);
            Files.move(scratch.resolve(packaged.getFileName()), scratch.resolve(jarName));
            Files.move(scratch, directory, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.exists(directory.resolve(jarName))) { // else another platform was faster
                throw new PlatformFailure(
                        Kind.FAILED, "Cannot lay out " + packaged + " in " + apps + " (" + Faults.reason(e) + ").", e);
            }
        } finally {
            Home.deleteTree(scratch);
        }
    }

    private static void extract(Path packaged, Path destination) throws IOException {
        var log = Files.createTempFile("meridian-extract", ".log");
        try {
            var extraction = new ProcessBuilder(
                            Jvm.java().toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-Djarmode=tools",
                            "-jar",
                            packaged.toString(),
                            "extract",
                            "--destination",
                            destination.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!extraction.waitFor(2, TimeUnit.MINUTES) || extraction.exitValue() != 0) {
                extraction.destroyForcibly();
                throw new IOException(Files.readString(log).strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.delete(log);
        }
    }

    /** Deletes the service's older builds, except those that a process still runs from. */
    private void prune(Component service, Path keep) {
        var commands = ProcessHandle.allProcesses()
                .flatMap(it -> it.info().commandLine().stream())
                .toList();
        try (var builds = Files.newDirectoryStream(apps, service.id() + "-*")) {
            for (var build : builds) {
                if (!build.equals(keep) && commands.stream().noneMatch(it -> it.contains(build.toString()))) {
                    Home.deleteTree(build);
                }
            }
        } catch (IOException e) {
            throw new PlatformFailure(Kind.FAILED, "Cannot tidy " + apps + " (" + Faults.reason(e) + ").", e);
        }
    }

    /** Of names, sizes and checksums in the jar's directory: as good as its bytes, and read in milliseconds. */
    private static String digest(Path jar) {
        try (var zip = new ZipFile(jar.toFile())) {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var entry : List.copyOf(zip.stream().toList())) {
                digest.update(entry.getName().getBytes(StandardCharsets.UTF_8));
                digest.update(ByteBuffer.allocate(16)
                        .putLong(entry.getSize())
                        .putLong(entry.getCrc())
                        .flip());
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, 12);
        } catch (IOException e) {
            throw new PlatformFailure(
                    Kind.FAILED,
                    "Cannot read " + jar + " (" + Faults.reason(e) + "). Delete it; the next `./meridian up` builds it.",
                    e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has SHA-256
        }
    }
}
