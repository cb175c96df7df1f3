package io.meridian.local.platform;

import io.meridian.local.parts.Part;
import io.meridian.local.parts.PartException;
import io.meridian.local.parts.PortTakenException;
import io.meridian.local.platform.PlatformFailure.Kind;
import io.meridian.local.platform.Progress.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** PostgreSQL, Kafka or Redis as a member of the platform. */
record PartMember(Part part) implements Member {

    private static final Duration GRACE = Duration.ofSeconds(15);

    @Override
    public Optional<ProcessHandle> find() {
        return part.process();
    }

    @Override
    public Outcome launch() {
        return switch (translating(part::start)) {
            case NEW -> Outcome.STARTED;
            case RAN_ALREADY -> Outcome.RAN_ALREADY;
            case ADOPTED -> Outcome.FOUND_AGAIN;
        };
    }

    @Override
    public boolean isReady() {
        return part.isReady();
    }

    @Override
    public void awaitReady(Duration bound) {
        translating(() -> {
            part.awaitReady(bound);
            return true;
        });
    }

    @Override
    public void stop() {
        part.stop(GRACE);
    }

    @Override
    public void kill() {
        part.kill();
    }

    @Override
    public void pause() {
        part.pause();
    }

    @Override
    public void pauseFor(Duration most) {
        part.pauseFor(most);
    }

    @Override
    public Optional<Instant> frozenUntil() {
        return part.frozenUntil();
    }

    @Override
    public void resume() {
        part.resume();
    }

    @Override
    public Path log() {
        return part.log();
    }

    private static <T> T translating(Supplier<T> work) {
        try {
            return work.get();
        } catch (PortTakenException e) {
            throw new PlatformFailure(Kind.BUSY, "Not started: " + e.getMessage() + ". " + PlatformFailure.PORT_ADVICE, e);
        } catch (PartException e) {
            var message = e.getMessage();
            throw new PlatformFailure(Kind.FAILED, message == null ? e.toString() : message, e);
        }
    }
}
