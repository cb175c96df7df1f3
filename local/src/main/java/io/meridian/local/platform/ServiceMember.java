package io.meridian.local.platform;

import io.meridian.local.parts.Launch;
import io.meridian.local.parts.Lifetime;
import io.meridian.local.parts.Occupant;
import io.meridian.local.parts.OwnedProcess;
import io.meridian.local.parts.Ports;
import io.meridian.local.platform.PlatformFailure.Kind;
import io.meridian.local.platform.Progress.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** One of the four services as a member of the platform. */
final class ServiceMember implements Member {

    private static final Duration GRACE = Duration.ofSeconds(15);
    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(50);
    private static final int LAST_LINES = 20;
    private static final int LONGEST_LINE = 400;

    private final Component service;
    private final Home home;
    private final Addresses addresses;
    private final Readiness readiness;
    private final Supplier<Launch> launch;
    private final OwnedProcess process;
    private volatile long logBegin;

    /** @param launch how to start it, asked for only when it is started */
    ServiceMember(Component service, Home home, Addresses addresses, Readiness readiness, Supplier<Launch> launch) {
        this.service = service;
        this.home = home;
        this.addresses = addresses;
        this.readiness = readiness;
        this.launch = launch;
        this.process = new OwnedProcess(home.pidFile(service));
    }

    /** How this layout of a service is started. */
    private static String options(Map<String, String> environment) {
        var own = environment.get(Jvm.OPTIONS);
        return own == null ? System.getenv().getOrDefault(Jvm.OPTIONS, "") : own;
    }

    static Launch launch(Layout layout, Home home, Map<String, String> environment, Lifetime lifetime) {
        return new Launch(
                Jvm.run(layout, home, options(environment)), environment, home.directory(), home.log(layout.service()), lifetime);
    }

    @Override
    public Optional<ProcessHandle> find() {
        return process.find();
    }

    @Override
    public Outcome launch() {
        if (find().isPresent()) {
            return Outcome.RAN_ALREADY;
        }
        LogRotation.rotate(log());
        logBegin = LogBook.size(log());
        process.launch(launch.get());
        return Outcome.STARTED;
    }

    /** Makes a process of this home ours again whose PID file was lost. */
    boolean findAgain() {
        if (find().isPresent()) {
            return true;
        }
        for (var port : addresses.all(service)) {
            var orphan = Ports.occupant(port)
                    .flatMap(it -> ProcessHandle.of(it.pid()))
                    .filter(it -> Jvm.isOf(it, service, home));
            if (orphan.isPresent()) {
                process.adopt(orphan.get());
                return true;
            }
        }
        return false;
    }

    /** A phrase for each port that somebody else has. */
    List<String> conflicts() {
        var conflicts = new ArrayList<String>();
        for (var port : addresses.all(service)) {
            if (Ports.isTaken(port)) {
                conflicts.add(
                        "port " + port + " for " + service.title() + " is taken by " + describe(Ports.occupant(port)));
            }
        }
        return conflicts;
    }

    @Override
    public boolean isReady() {
        return readiness.isReady(addresses.managementHttp(service));
    }

    @Override
    public void awaitReady(Duration bound) {
        var begin = System.nanoTime();
        while (!isReady()) {
            if (find().isEmpty()) {
                throw failure("ended while it started");
            }
            if (System.nanoTime() - begin > bound.toNanos()) {
                throw failure("was not ready after " + bound.toSeconds() + " s");
            }
            pauseBeforeNextQuestion();
        }
    }

    @Override
    public void stop() {
        process.stop(GRACE);
    }

    @Override
    public void kill() {
        process.kill();
    }

    @Override
    public void pause() {
        process.pause();
    }

    @Override
    public void pauseFor(Duration most) {
        process.pauseFor(most);
    }

    @Override
    public Optional<Instant> frozenUntil() {
        return process.frozenUntil();
    }

    @Override
    public void resume() {
        process.resume();
    }

    @Override
    public Path log() {
        return home.log(service);
    }

    private PlatformFailure failure(String what) {
        var lines = LogBook.since(service, log(), logBegin).stream()
                .flatMap(it -> it.text().lines())
                .filter(it -> !it.isBlank())
                .map(it -> it.length() > LONGEST_LINE ? it.substring(0, LONGEST_LINE) + "..." : it)
                .toList();
        return new PlatformFailure(
                Kind.FAILED,
                service.title() + " " + what + ". The end of " + log() + ":",
                lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    private static String describe(Optional<Occupant> occupant) {
        return occupant.map(it -> "process " + it.pid() + " (" + it.command() + ")")
                .orElse("a process this user may not see");
    }

    private void pauseBeforeNextQuestion() {
        try {
            Thread.sleep(BETWEEN_QUESTIONS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlatformFailure(Kind.FAILED, "Interrupted while waiting for " + service.title() + ".", e);
        }
    }
}
