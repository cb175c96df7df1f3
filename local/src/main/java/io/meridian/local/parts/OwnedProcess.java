package io.meridian.local.parts;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A process that is known to be ours by a file that holds its PID together with its start time, so that a PID the system has
 * given to somebody else is never taken for ours.
 */
public final class OwnedProcess {

    private final Path pidFile;

    public OwnedProcess(Path pidFile) {
        this.pidFile = pidFile;
    }

    /** The process if it still runs. */
    public Optional<ProcessHandle> find() {
        throw new UnsupportedOperationException(pidFile.toString());
    }

    /** Starts the process in a session of its own and remembers it. */
    public ProcessHandle launch(Launch launch) {
        throw new UnsupportedOperationException();
    }

    /** Remembers a process that somebody else started for us. */
    public void adopt(ProcessHandle process) {
        throw new UnsupportedOperationException();
    }

    /** Asks the process to end, and kills it if it has not within {@code grace}. */
    public void stop(Duration grace) {
        throw new UnsupportedOperationException();
    }

    /** Kills the process and its descendants. */
    public void kill() {
        throw new UnsupportedOperationException();
    }

    /** Freezes the process and its descendants. */
    public void pause() {
        throw new UnsupportedOperationException();
    }

    /** Lets them go on. */
    public void resume() {
        throw new UnsupportedOperationException();
    }
}
