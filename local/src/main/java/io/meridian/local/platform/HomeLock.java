package io.meridian.local.platform;

import io.meridian.local.platform.PlatformFailure.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Only one run at a time changes a home. The operating system holds the lock and drops it with the process, so a killed run
 * leaves none behind; the file's content only tells the next one who it is.
 */
final class HomeLock implements AutoCloseable {

    private final FileChannel channel;

    private HomeLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * @param purpose what the holder does, such as {@code up}
     * @throws PlatformFailure naming the holder if there is one
     */
    static HomeLock acquire(Path file, String purpose) {
        try {
            var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new PlatformFailure(
                        Kind.BUSY,
                        "Another run is changing " + file.getParent() + ": " + holder(file)
                                + ". Wait for it to end, or use another --home and --port-offset.");
            }
            var text = "meridian " + purpose + ", PID " + ProcessHandle.current().pid() + ", since "
                    + LocalTime.now().truncatedTo(ChronoUnit.SECONDS) + "\n";
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            return new HomeLock(channel);
        } catch (IOException e) {
            throw new PlatformFailure(Kind.FAILED, "Cannot lock " + file + " (" + Faults.reason(e) + ").", e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // this very JVM holds it
        }
    }

    private static String holder(Path file) throws IOException {
        var text = Files.readString(file).strip();
        return text.isEmpty() ? "it has not said who it is" : text;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new PlatformFailure(Kind.FAILED, "Cannot unlock the home (" + Faults.reason(e) + ").", e);
        }
    }
}
