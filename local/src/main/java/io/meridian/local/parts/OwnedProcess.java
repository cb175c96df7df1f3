package io.meridian.local.parts;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A process that is known to be ours by a file that holds its PID together with its birth, so that a PID the system has since
 * given to somebody else is never taken for ours.
 *
 * <p>A launched process leads a session of its own: an interrupt at the terminal or the end of this JVM does not reach it. With
 * {@link Lifetime#ITS_PARENTS} a watching shell ends it when this JVM does; the shell waits on a pipe only this JVM holds, so it
 * also notices a {@code kill -9}.
 */
public final class OwnedProcess {

    private static final Duration LAST_BREATH = Duration.ofSeconds(10);
    private static final Path NULL_DEVICE = Path.of("/dev/null");
    private static final Path ROOT = Path.of("/");

    /** Ends process $1 when standard input does: asks, waits for five seconds, kills. */
    private static final String WATCH = """
            read -r _
            kill -TERM "$1" 2>/dev/null || exit 0
            for _ in 1 2 3 4 5 6 7 8 9 10; do
              sleep 0.5
              kill -0 "$1" 2>/dev/null || exit 0
            done
            kill -KILL "$1" 2>/dev/null
            """;

    /** Lets the processes go on that the file $2 names after its first line, in $1 seconds; for that nobody else needs to live. */
    private static final String THAW = """
            sleep "$1"
            kill -CONT $(tail -n +2 "$2") 2>/dev/null
            rm -f "$2"
            """;

    private final Path pidFile;
    private @Nullable Process watch;

    /**
     * Nothing is read or started yet.
     *
     * @param pidFile where the process is remembered; need not exist
     */
    public OwnedProcess(Path pidFile) {
        this.pidFile = pidFile;
    }

    /** The process if it still runs. */
    public Optional<ProcessHandle> find() {
        if (!Files.isRegularFile(pidFile)) {
            return Optional.empty();
        }
        try {
            var words = Files.readString(pidFile).strip().split(" ", 2);
            if (words.length != 2) {
                return Optional.empty();
            }
            return Processes.running(Long.parseLong(words[0]))
                    .filter(process -> Processes.birth(process).equals(words[1]));
        } catch (NoSuchFileException | NumberFormatException absentOrTorn) {
            return Optional.empty();
        } catch (IOException e) {
            throw new PartException("Cannot read " + pidFile + ": " + e.getMessage(), e);
        }
    }

    /**
     * Starts the process and remembers it.
     *
     * @throws PartException if the program is missing or the log or the PID file cannot be written
     */
    public synchronized ProcessHandle launch(Launch launch) {
        var process = start(launch);
        try {
            adopt(process.toHandle());
        } catch (PartException e) {
            process.destroyForcibly();
            throw e;
        }
        if (launch.lifetime() == Lifetime.ITS_PARENTS) {
            watch = watch(process.pid());
        }
        return process.toHandle();
    }

    /** Remembers a process that an earlier run started for the same purpose. */
    public void adopt(ProcessHandle process) {
        try {
            Files.createDirectories(pidFile.toAbsolutePath().getParent());
            var fresh = pidFile.resolveSibling(pidFile.getFileName() + ".new");
            Files.writeString(fresh, process.pid() + " " + Processes.birth(process) + "\n");
            Files.move(fresh, pidFile, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new PartException("Cannot write " + pidFile + ": " + e, e);
        }
    }

    /** Asks the process to end, and kills it if it has not within {@code grace}; does nothing if it does not run. */
    public void stop(Duration grace) {
        stop("TERM", grace);
    }

    /** Like {@link #stop(Duration)} for a program whose orderly end has another signal. */
    void stop(String signal, Duration grace) {
        find().ifPresent(process -> {
            Processes.signal(signal, List.of(process));
            Processes.signal("CONT", family(process)); // who is paused would not hear the first one
            if (!Processes.awaitEnd(List.of(process), grace)) {
                kill();
            }
        });
        unwatch();
        delete();
    }

    /** Kills the process with all it has started, and returns when they are gone. */
    public void kill() {
        find().ifPresent(process -> {
            var family = family(process);
            family.forEach(ProcessHandle::destroyForcibly);
            if (!Processes.awaitEnd(family, LAST_BREATH)) {
                throw new PartException("Process " + process.pid() + " does not end although it was killed");
            }
        });
        unwatch();
        delete();
    }

    /**
     * Freezes the process and all it has started; when this returns, none of them does anything more.
     *
     * @throws PartException if one of them works on although it was told to stop
     */
    public void pause() {
        find().ifPresent(process -> {
            freeze(List.of(process)); // first the parent, so that it starts nothing more
            freeze(family(process));
        });
    }

    /**
     * Freezes the process and all it has started; they go on after {@code most}, whole seconds, or with {@link #resume()}. A shell in a
     * session of its own sees to that: it needs neither this JVM nor its terminal.
     */
    public void pauseFor(Duration most) {
        var process = find().orElse(null);
        if (process == null) {
            return;
        }
        endThaw();
        var until = Instant.now().plus(most);
        // The shell first and the parent before its children: whenever this run is cut off, who is frozen by then is named in the file.
        writeFrozen(until, List.of(process));
        thaw().launch(new Launch(
                List.of("/bin/sh", "-c", THAW, "meridian-thaw", Long.toString(most.toSeconds()), frozenFile().toString()),
                Map.of(),
                ROOT,
                NULL_DEVICE,
                Lifetime.ITS_OWN));
        freeze(List.of(process));
        var family = family(process);
        writeFrozen(until, family);
        freeze(family);
    }

    private static void freeze(List<ProcessHandle> processes) {
        Processes.signal("STOP", processes);
        if (!Processes.awaitStopped(processes, LAST_BREATH)) {
            throw new PartException("Process " + processes.getFirst().pid() + " works on although it was told to stop");
        }
    }

    /** When it goes on by itself; empty if it is not frozen for a time. */
    public Optional<Instant> frozenUntil() {
        var process = find();
        try {
            if (process.isEmpty() || !Files.exists(frozenFile())) {
                return Optional.empty();
            }
            var lines = Files.readAllLines(frozenFile());
            var isThisOne = lines.size() > 1 && lines.get(1).equals(Long.toString(process.get().pid()));
            return Optional.of(Instant.ofEpochMilli(Long.parseLong(lines.getFirst())))
                    .filter(it -> isThisOne && it.isAfter(Instant.now()));
        } catch (IOException | NumberFormatException goneOrTorn) {
            return Optional.empty();
        }
    }

    /** Lets them go on. */
    public void resume() {
        endThaw();
        find().ifPresent(process -> Processes.signal("CONT", family(process)));
    }

    private Path frozenFile() {
        return pidFile.toAbsolutePath().resolveSibling(pidFile.getFileName() + ".frozen");
    }

    private OwnedProcess thaw() {
        return new OwnedProcess(pidFile.resolveSibling(pidFile.getFileName() + ".thaw"));
    }

    private void endThaw() {
        if (Files.exists(frozenFile())) {
            thaw().kill();
            delete(frozenFile());
        }
    }

    private void writeFrozen(Instant until, List<ProcessHandle> processes) {
        var lines = Stream.concat(
                        Stream.of(until.toEpochMilli()), processes.stream().map(ProcessHandle::pid))
                .map(String::valueOf)
                .toList();
        try {
            var fresh = frozenFile().resolveSibling(frozenFile().getFileName() + ".new");
            Files.write(fresh, lines);
            Files.move(fresh, frozenFile(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new PartException("Cannot write " + frozenFile() + ": " + e, e);
        }
    }

    private static List<ProcessHandle> family(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants()).toList();
    }

    private static Process start(Launch launch) {
        var command = new ArrayList<>(Processes.ownSession());
        command.addAll(launch.command());
        var builder = new ProcessBuilder(command)
                .directory(launch.workingDirectory().toFile())
                .redirectInput(NULL_DEVICE.toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(launch.log().toFile()))
                .redirectErrorStream(true);
        builder.environment().putAll(launch.environment());
        try {
            Files.createDirectories(launch.log().toAbsolutePath().getParent());
            return builder.start();
        } catch (IOException e) {
            throw new PartException("Cannot start " + launch.command().getFirst() + ": " + e.getMessage(), e);
        }
    }

    private static Process watch(long pid) {
        var command = Stream.concat(
                        Processes.ownSession().stream(),
                        Stream.of("/bin/sh", "-c", WATCH, "meridian-watch", Long.toString(pid)))
                .collect(Collectors.toList());
        try {
            return new ProcessBuilder(command)
                    .redirectOutput(NULL_DEVICE.toFile())
                    .redirectError(NULL_DEVICE.toFile())
                    .start();
        } catch (IOException e) {
            throw new PartException("Cannot start the shell that watches process " + pid, e);
        }
    }

    /** The shell must go before its pipe does, or it would signal a PID that may be somebody else's by now. */
    private synchronized void unwatch() {
        var shell = watch;
        if (shell == null) {
            return;
        }
        watch = null;
        shell.destroyForcibly().onExit().join();
        try (OutputStream pipe = shell.getOutputStream()) {
            pipe.flush();
        } catch (IOException closed) {
            // the shell is gone and the pipe with it
        }
    }

    private void delete() {
        endThaw();
        delete(pidFile);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new PartException("Cannot delete " + file + ": " + e, e);
        }
    }
}
