package io.meridian.local.platform;

import io.meridian.local.platform.PlatformFailure.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What must hold on this machine before anything is started. */
final class Preflight {

    /** Layouts, start-up caches and binaries take 0.9 GB, the data of a demo far less. */
    private static final long NEEDED_DISK_BYTES = 1_000_000_000;

    private static final int NEEDED_JDK = 25;

    private Preflight() {}

    static void check(Path home) {
        if (Runtime.version().feature() < NEEDED_JDK) {
            throw new PlatformFailure(
                    Kind.MISSING, "JDK " + NEEDED_JDK + " is needed; this is " + Runtime.version() + ".");
        }
        var free = freeBytes(home);
        if (free < NEEDED_DISK_BYTES) {
            throw new PlatformFailure(
                    Kind.FAILED,
                    "Only " + free / 1_000_000 + " MB are free on the disk of " + home + ", " + NEEDED_DISK_BYTES / 1_000_000
                            + " MB are needed. Free some space, or choose another place with --home DIR.");
        }
    }

    static long freeBytes(Path home) {
        try {
            return Files.getFileStore(home).getUsableSpace();
        } catch (IOException e) {
            throw new PlatformFailure(
                    Kind.FAILED, "Cannot tell how much space is left for " + home + " (" + Faults.reason(e) + ").", e);
        }
    }
}
