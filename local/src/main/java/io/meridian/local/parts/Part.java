package io.meridian.local.parts;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A server as a process of this machine, on 127.0.0.1.
 *
 * <p>Everything it needs is under {@link #directory()}: its data, its log and the file that says which process it is. Two
 * instances for the same directory, in this JVM or another, mean the same process. Not safe for two callers who start it at once.
 */
public abstract sealed class Part permits Postgres, Kafka, Redis {

    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final Duration LAST_BREATH = Duration.ofSeconds(1);
    private static final long POLL_MILLIS = 40;
    private static final long LOG_TAIL_BYTES = 2_000;

    private final String name;
    private final PartSettings settings;
    private final OwnedProcess owned;

    Part(String name, PartSettings settings) {
        this.name = name;
        this.settings = settings;
        this.owned = new OwnedProcess(settings.directory().resolve(name + ".pid"));
    }

    /** Its name in messages: {@code postgres}, {@code kafka}, {@code redis}. */
    public final String name() {
        return name;
    }

    /** Where its clients find it. */
    public final int port() {
        return settings.port();
    }

    /** All it has on disk. */
    public final Path directory() {
        return settings.directory();
    }

    /** What it printed, of all its runs. */
    public final Path log() {
        return directory().resolve(name + ".log");
    }

    /** Our process if it runs, whichever of our runs started it. */
    public final Optional<ProcessHandle> process() {
        return owned.find();
    }

    /**
     * Starts the process unless it runs already; one that an earlier run left on the same data is adopted. Returns before the
     * part answers.
     *
     * @throws PortTakenException if somebody else listens on the port
     * @throws PartException if it cannot start, with the reason
     */
    public final Started start() {
        if (process().isPresent()) {
            return Started.RAN_ALREADY;
        }
        var orphan = orphan();
        if (orphan.isPresent()) {
            owned.adopt(orphan.get());
            return Started.ADOPTED;
        }
        requirePort(port());
        Disk.prepare(directory());
        prepare();
        owned.launch(launch());
        return Started.NEW;
    }

    /**
     * Waits until the part answers.
     *
     * @throws PartException if it has ended or does not answer within {@code bound}, with the end of its log
     */
    public final void awaitReady(Duration bound) {
        var until = System.nanoTime() + bound.toNanos();
        while (!isReady()) {
            var hasEnded = process().isEmpty();
            if (hasEnded && !endedForNow(logTail())) {
                throw new PartException("%s has ended; its log %s says:\n%s".formatted(name, log(), logTail()));
            }
            if (System.nanoTime() - until > 0) {
                throw new PartException("%s does not answer on port %d within %d s; its log %s says:\n%s"
                        .formatted(name, port(), bound.toSeconds(), log(), logTail()));
            }
            Processes.pauseBriefly(POLL_MILLIS);
            if (hasEnded) {
                start();
            }
        }
    }

    /** Whether the part answers a request of its own protocol, and it is ours. */
    public final boolean isReady() {
        return process().isPresent() && answers();
    }

    /** Stops it in order, and kills it if that takes longer than {@code grace}; does nothing if it does not run. */
    public final void stop(Duration grace) {
        owned.stop(stopSignal(), grace);
    }

    /** Kills it without warning. */
    public final void kill() {
        owned.kill();
    }

    /** Freezes it: connections stay open and nothing answers. */
    public final void pause() {
        owned.pause();
    }

    /** Freezes it for a time after which it goes on by itself, whatever becomes of this JVM. */
    public final void pauseFor(Duration most) {
        owned.pauseFor(most);
    }

    /** When it goes on by itself; empty if it is not frozen for a time. */
    public final Optional<Instant> frozenUntil() {
        return owned.frozenUntil();
    }

    /** Lets it go on. */
    public final void resume() {
        owned.resume();
    }

    /** Stops it in order, starts it and waits until it answers. */
    public final void restart(Duration bound) {
        stop(GRACE);
        start();
        awaitReady(bound);
    }

    /**
     * Deletes all it has on disk.
     *
     * @throws PartException if it runs
     */
    public final void forget() {
        process().ifPresent(it -> {
            throw new PartException("%s runs as process %d; stop it before its data is deleted".formatted(name, it.pid()));
        });
        Disk.delete(directory());
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

    final PartSettings settings() {
        return settings;
    }

    final void requirePort(int port) {
        var until = System.nanoTime() + LAST_BREATH.toNanos();
        while (Ports.isTaken(port)) {
            var occupant = Ports.occupant(port);
            if (occupant.isPresent() || System.nanoTime() - until > 0) {
                throw new PortTakenException(name, port, occupant);
            }
            Processes.pauseBriefly(POLL_MILLIS); // nobody to be seen: the system may still be burying who had it
        }
    }

    /** Makes ready on disk what {@link #launch()} needs. */
    abstract void prepare();

    abstract Launch launch();

    /** One request of the part's protocol; false if there is no good answer within a second or two. */
    abstract boolean answers();

    /** The signal that asks for an orderly end. */
    String stopSignal() {
        return "TERM";
    }

    /** Whether the reason why it ended passes by itself, so that starting again is right. */
    boolean endedForNow(String logTail) {
        return false;
    }

    /** A process nobody remembers that works on our directory: it was started by a run that was killed in that moment. */
    Optional<ProcessHandle> orphan() {
        return Ports.listener(port())
                .filter(pid -> Processes.command(pid).contains(directory() + "/"))
                .flatMap(Processes::running);
    }

    private String logTail() {
        try (SeekableByteChannel channel = Files.newByteChannel(log())) {
            channel.position(Math.max(0, channel.size() - LOG_TAIL_BYTES));
            var tail = ByteBuffer.allocate((int) LOG_TAIL_BYTES);
            channel.read(tail);
            return StandardCharsets.UTF_8.decode(tail.flip()).toString().strip();
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }
}
