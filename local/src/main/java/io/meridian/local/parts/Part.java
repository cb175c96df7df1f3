package io.meridian.local.parts;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A server as a process of this machine.
 *
 * <p>Everything it needs is under {@link #directory()}: its data, its log and the file that says which process it is.
 */
public abstract sealed class Part permits Postgres, Kafka, Redis {

    /** Its name in messages: {@code postgres}, {@code kafka}, {@code redis}. */
    public String name() {
        throw new UnsupportedOperationException();
    }

    public int port() {
        throw new UnsupportedOperationException();
    }

    public Path directory() {
        throw new UnsupportedOperationException();
    }

    public Path log() {
        throw new UnsupportedOperationException();
    }

    /** Our process if it runs, whoever of our runs started it. */
    public Optional<ProcessHandle> process() {
        throw new UnsupportedOperationException();
    }

    /**
     * Starts the process unless it runs already; an orphan of a killed run on the same data is adopted.
     *
     * @throws PortTakenException if somebody else listens on the port
     * @throws PartException if it cannot start, with the reason
     */
    public Started start() {
        throw new UnsupportedOperationException();
    }

    /**
     * Waits until the part answers.
     *
     * @throws PartException if it has ended or does not answer within {@code bound}, with the end of its log
     */
    public void awaitReady(Duration bound) {
        throw new UnsupportedOperationException();
    }

    /** Whether the part answers a request of its own protocol. */
    public boolean isReady() {
        throw new UnsupportedOperationException();
    }

    /** Stops it in order, and kills it if that takes longer than {@code grace}; does nothing if it does not run. */
    public void stop(Duration grace) {
        throw new UnsupportedOperationException();
    }

    /** Kills it without warning. */
    public void kill() {
        throw new UnsupportedOperationException();
    }

    /** Freezes it: connections stay open and nothing answers. */
    public void pause() {
        throw new UnsupportedOperationException();
    }

    /** Lets it go on. */
    public void resume() {
        throw new UnsupportedOperationException();
    }

    /** Stops it in order, starts it and waits until it answers. */
    public void restart(Duration bound) {
        throw new UnsupportedOperationException();
    }

    /** Deletes its data. */
    public void forget() {
        throw new UnsupportedOperationException();
    }

    /** What {@link #start()} found. */
    public enum Started {
        /** There was none; a new process was started. */
        NEW,
        /** It ran already. */
        RAN_ALREADY,
        /** A process of a run that was killed holds the data; it is ours again. */
        ADOPTED
    }
}
