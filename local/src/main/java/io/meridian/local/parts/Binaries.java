package io.meridian.local.parts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The servers' programs, unpacked once from the published jars on the class path.
 *
 * <p>An unpacked program appears under its final name in one step, so that a killed or a concurrent unpacking, also one in the
 * same process, leaves either all of it or nothing that is looked at.
 */
final class Binaries {

    private static final Set<PosixFilePermission> PROGRAM = PosixFilePermissions.fromString("rwxr-xr-x");

    private Binaries() {}

    /** The directory with PostgreSQL's {@code bin}, {@code lib} and {@code share}. */
    static Path postgres(Path cache) {
        var version = versions().getProperty("postgres");
        var home = cache.resolve("postgres-" + version);
        if (Files.isDirectory(home)) {
            return home;
        }
        var architecture = isArm() ? "arm_64" : "x86_64";
        return once(cache, home, "/postgres-%s-%s.txz".formatted(system(), architecture), Binaries::unpack);
    }

    /** Redis's only program. */
    static Path redis(Path cache) {
        var program =
                switch (system() + (isArm() ? "-arm64" : "-amd64")) {
                    case "linux-amd64" -> "redis-server-6.2.6-v5-linux-amd64";
                    case "linux-arm64" -> "redis-server-6.2.7-linux-arm64";
                    case "darwin-amd64" -> "redis-server-6.2.6-v5-darwin-amd64";
                    case "darwin-arm64" -> "redis-server-6.2.6-v5-darwin-arm64";
                    default -> throw unsupported("Redis");
                };
        var home = cache.resolve(program);
        return Files.isExecutable(home)
                ? home
                : once(cache, home, "/" + program, (from, to) -> {
                    Files.copy(from, to);
                    Files.setPosixFilePermissions(to, PROGRAM);
                });
    }

    private interface Unpacking {
        void unpack(InputStream from, Path to) throws IOException;
    }

    private static Path once(Path cache, Path home, String resource, Unpacking unpacking) {
        try (InputStream archive = Binaries.class.getResourceAsStream(resource)) {
            if (archive == null) {
                throw unsupported(resource);
            }
            Disk.prepare(cache);
            var fresh = home.resolveSibling(home.getFileName() + "." + UUID.randomUUID() + ".new");
            try {
                unpacking.unpack(archive, fresh);
                publish(fresh, home);
            } finally {
                Disk.delete(fresh);
            }
            return home;
        } catch (IOException e) {
            throw new PartException("Cannot unpack %s to %s: %s".formatted(resource, home, e), e);
        }
    }

    private static void publish(Path fresh, Path home) throws IOException {
        try {
            Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.exists(home)) { // else another unpacking was faster
                throw e;
            }
        }
    }

    private static void unpack(InputStream archive, Path home) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZInputStream(archive))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(tar, entry, home.resolve(entry.getName()).normalize());
            }
        }
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path target) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, target);
        if ((entry.getMode() & 0100) != 0) {
            Files.setPosixFilePermissions(target, EnumSet.copyOf(PROGRAM));
        }
    }

    private static String system() {
        var name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return name.contains("linux") ? "linux" : name.contains("mac") ? "darwin" : name;
    }

    private static boolean isArm() {
        return Set.of("aarch64", "arm64").contains(System.getProperty("os.arch"));
    }

    private static PartException unsupported(String what) {
        return new PartException("There is no %s for this machine (%s, %s) on the class path; run the platform in containers instead."
                .formatted(what, System.getProperty("os.name"), System.getProperty("os.arch")));
    }

    private static Properties versions() {
        try (InputStream resource = Binaries.class.getResourceAsStream("versions.properties")) {
            var versions = new Properties();
            if (resource != null) {
                versions.load(resource);
            }
            return versions;
        } catch (IOException e) {
            throw new PartException("Cannot read versions.properties from the class path", e);
        }
    }
}
