package io.meridian.local.parts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@link ProcessHandle} leaves out: births that survive a changed clock, zombies, signals, sessions. */
final class Processes {

    private static final Path PROC = Path.of("/proc");
    private static final int STATE_FIELD = 0;

    /** Stopped by a signal, stopped by a tracer, a zombie, dead. */
    private static final Set<String> AT_REST = Set.of("T", "t", "Z", "X");

    private static final int THREADS_FIELD = 17;
    private static final int START_TICKS_FIELD = 19;
    private static final long POLL_MILLIS = 10;

    private Processes() {}

    /** The process if it runs; a zombie does not. */
    static Optional<ProcessHandle> running(long pid) {
        return ProcessHandle.of(pid).filter(Processes::isRunning);
    }

    static boolean isRunning(ProcessHandle process) {
        return process.isAlive() && !stat(process.pid()).map(Processes::isZombie).orElse(false);
    }

    /**
     * When it was born, comparable for equality only. On Linux the boot and the ticks since, because the start that
     * {@link ProcessHandle.Info} computes from them moves when the clock is set.
     */
    static String birth(ProcessHandle process) {
        return stat(process.pid())
                .flatMap(fields -> bootId().map(boot -> boot + "+" + fields[START_TICKS_FIELD]))
                .orElseGet(() -> process.info()
                        .startInstant()
                        .map(start -> Long.toString(start.toEpochMilli()))
                        .orElse("unknown"));
    }

    /** Its command line as far as the system tells, else nothing. */
    static String command(long pid) {
        try {
            return Files.readString(PROC.resolve(pid + "/cmdline")).replace('\0', ' ').strip();
        } catch (IOException _) {
            return ProcessHandle.of(pid)
                    .flatMap(process -> process.info().commandLine())
                    .orElse("");
        }
    }

    /** The directory it works in, if the system tells. */
    static Optional<Path> workingDirectory(long pid) {
        try {
            return Optional.of(Files.readSymbolicLink(PROC.resolve(pid + "/cwd")));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    static void signal(String name, Collection<ProcessHandle> processes) {
        var pids = processes.stream().map(it -> Long.toString(it.pid())).collect(Collectors.joining(" "));
        try {
            // The shell's own kill: there may be no other. One that ended meanwhile is no failure.
            new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + pids + " 2>/dev/null").start().waitFor();
        } catch (IOException e) {
            throw new PartException("Cannot send signal " + name + " to " + pids, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartException("Interrupted while sending signal " + name + " to " + pids, e);
        }
    }

    /** Whether all have ended within {@code bound}. */
    static boolean awaitEnd(Collection<ProcessHandle> processes, Duration bound) {
        var until = System.nanoTime() + bound.toNanos();
        while (processes.stream().anyMatch(Processes::isRunning)) {
            if (System.nanoTime() - until > 0) {
                return false;
            }
            pauseBriefly(POLL_MILLIS);
        }
        return true;
    }

    /**
     * Whether every thread of all of them has come to rest, or ended, within {@code bound}. A signal to stop is only noted for a process when
     * {@code kill} returns: a thread that runs on another processor works on until it next enters the kernel. Where there is no
     * {@code /proc} this cannot be seen and is taken for granted.
     */
    static boolean awaitStopped(Collection<ProcessHandle> processes, Duration bound) {
        var until = System.nanoTime() + bound.toNanos();
        while (processes.stream().anyMatch(it -> isRunning(it) && hasThreadAtWork(it.pid()))) {
            if (System.nanoTime() - until > 0) {
                return false;
            }
            pauseBriefly(POLL_MILLIS);
        }
        return true;
    }

    private static boolean hasThreadAtWork(long pid) {
        try (var threads = Files.list(PROC.resolve(pid + "/task"))) {
            return threads.flatMap(it -> stat(it).stream()).anyMatch(it -> !AT_REST.contains(it[STATE_FIELD]));
        } catch (IOException | UncheckedIOException _) {
            return false;
        }
    }

    /** While other threads are left, a dead first thread is no end: they may still hold the files and the ports. */
    private static boolean isZombie(String[] stat) {
        return stat[STATE_FIELD].equals("X")
                || (stat[STATE_FIELD].equals("Z") && Integer.parseInt(stat[THREADS_FIELD]) <= 1);
    }

    /** Waits between two looks at something outside this JVM that cannot wake us. */
    static void pauseBriefly(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartException("Interrupted while waiting for a process", e);
        }
    }

    /** What precedes a command so that it leads a session of its own under the same PID. */
    static List<String> ownSession() {
        return Stream.of("/usr/bin/setsid", "/bin/setsid")
                .filter(it -> Files.isExecutable(Path.of(it)))
                .findFirst()
                .map(List::of)
                .orElse(List.of("/usr/bin/perl", "-e", "use POSIX; POSIX::setsid(); exec @ARGV or die $!", "--"));
    }

    /** What a short command printed and how it ended; it is killed after {@code bound}. */
    static Outcome run(List<String> command, Path workingDirectory, Duration bound) {
        try {
            var process = new ProcessBuilder(command)
                    .directory(workingDirectory.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            var output = CompletableFuture.supplyAsync(() -> read(process), Thread::startVirtualThread);
            if (!process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return new Outcome(-1, "did not end within " + bound);
            }
            return new Outcome(process.exitValue(), output.get(1, TimeUnit.SECONDS));
        } catch (IOException | ExecutionException | TimeoutException e) {
            return new Outcome(-1, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartException("Interrupted while running " + command.getFirst(), e);
        }
    }

    record Outcome(int exit, String output) {

        boolean isSuccess() {
            return exit == 0;
        }
    }

    private static String read(Process process) {
        try (var reader = process.inputReader()) {
            return reader.lines().collect(Collectors.joining("\n"));
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** The fields of proc(5) stat from the third on: the second, the name, may hold anything. */
    private static Optional<String[]> stat(long pid) {
        return stat(PROC.resolve(Long.toString(pid)));
    }

    private static Optional<String[]> stat(Path processOrThread) {
        try {
            var line = Files.readString(processOrThread.resolve("stat"));
            return Optional.of(line.substring(line.lastIndexOf(')') + 2).split(" "));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static Optional<String> bootId() {
        try {
            return Optional.of(Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip());
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
