package io.meridian.local.platform;

import io.meridian.local.platform.PlatformFailure.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Keeps logs from growing for ever: at a start, one that has grown large becomes {@code .1}, the former {@code .1} becomes {@code .2}. */
final class LogRotation {

    private static final long LARGE_BYTES = 16_000_000;

    private LogRotation() {}

    static void rotate(Path log) {
        rotate(log, LARGE_BYTES);
    }

    static void rotate(Path log, long largeBytes) {
        try {
            if (Files.exists(log) && Files.size(log) >= largeBytes) {
                var older = log.resolveSibling(log.getFileName() + ".1");
                if (Files.exists(older)) {
                    Files.move(
                            older,
                            log.resolveSibling(log.getFileName() + ".2"),
                            StandardCopyOption.REPLACE_EXISTING);
                }
                Files.move(log, older, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new PlatformFailure(Kind.FAILED, "Cannot rotate " + log + " (" + Faults.reason(e) + ").", e);
        }
    }
}
