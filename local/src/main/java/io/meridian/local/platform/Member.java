package io.meridian.local.platform;

import io.meridian.local.platform.Progress.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** One process of the platform, whatever kind it is. */
interface Member {

    /** Our process if it lives. */
    Optional<ProcessHandle> find();

    /** Starts the process unless it lives, without waiting until it is ready. */
    Outcome launch();

    boolean isReady();

    /** Waits until it is ready; fails, with the end of its log, if it ends instead or takes longer than {@code bound}. */
    void awaitReady(Duration bound);

    /** Stops it in order, and kills it if that takes too long; does nothing if it does not live. */
    void stop();

    void kill();

    /** Freezes it: its connections stay open and nothing answers. */
    void pause();

    /** Freezes it for a time after which it goes on by itself, whatever becomes of this JVM. */
    void pauseFor(Duration most);

    /** When it goes on by itself; empty if it is not frozen for a time. */
    Optional<Instant> frozenUntil();

    void resume();

    Path log();
}
