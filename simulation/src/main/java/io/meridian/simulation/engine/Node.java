package io.meridian.simulation.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * A process: it can die between any two steps and loses what it remembers, can be stopped for a while without noticing, and has a
 * clock that may be wrong. What it wrote elsewhere stays.
 */
public final class Node {

    /** A process starts its nano clock anywhere; here so that an overflow is near. */
    private static final long NANO_ORIGIN = Long.MAX_VALUE - Duration.ofSeconds(7).toNanos();

    private final World world;
    private final String name;
    private final Set<Task> tasks = new LinkedHashSet<>();
    private final List<Runnable> whenItDies = new ArrayList<>();
    private boolean up;
    private int incarnation;
    private long pausedUntil;
    private Duration skew = Duration.ZERO;
    private long stepsToCrash = Long.MAX_VALUE;
    private long stepsToPause = Long.MAX_VALUE;
    private long pauseNanos;
    private long pauseEnds;
    private Runnable pauseTook = () -> {};
    private long ticks;

    Node(World world, String name) {
        this.world = world;
        this.name = name;
    }

    public String name() {
        return name;
    }

    public boolean isUp() {
        return up;
    }

    /** Whether it is up and not stopped. */
    public boolean runs() {
        return up && pausedUntil <= world.nanos();
    }

    public boolean isBusy() {
        return !tasks.isEmpty();
    }

    /** Which life of it this is, counted from 1. */
    public int incarnation() {
        return incarnation;
    }

    /** When it goes on, if it is stopped. */
    public long resumesAt() {
        return pausedUntil;
    }

    public void comeUp() {
        up = true;
        incarnation++;
        whenItDies.clear();
        stepsToCrash = Long.MAX_VALUE;
        stepsToPause = Long.MAX_VALUE;
        pausedUntil = 0;
    }

    /** Something that outsiders notice at once when the process is gone, such as its open connections. */
    public void whenItDies(Runnable notice) {
        whenItDies.add(notice);
    }

    /** Dies after so many more steps of its tasks. */
    public void crashAfter(long steps) {
        stepsToCrash = steps;
    }

    /**
     * Stops for {@code duration} after so many more steps of its tasks.
     *
     * @param latest it goes on by then, and does not stop at all later
     * @param took told when it stops
     */
    public void pauseAfter(long steps, Duration duration, long latest, Runnable took) {
        stepsToPause = steps;
        pauseNanos = duration.toNanos();
        pauseEnds = latest;
        pauseTook = took;
    }

    /** Neither dies nor stops any more of what was arranged. */
    public void disarm() {
        stepsToCrash = Long.MAX_VALUE;
        stepsToPause = Long.MAX_VALUE;
    }

    public void setSkew(Duration skew) {
        this.skew = skew;
    }

    public Duration skew() {
        return skew;
    }

    /** The time as this process sees it; a microsecond passes with each look, as between two looks of a real one. */
    public InstantSource clock() {
        return () -> World.EPOCH
                .plusNanos(world.nanos())
                .plus(skew)
                .plusNanos(1_000 * (++ticks % 100));
    }

    public LongSupplier nanoClock() {
        return () -> NANO_ORIGIN + world.nanos();
    }

    public Instant now() {
        return clock().instant();
    }

    /** Dies now. */
    public void crash() {
        if (!up) {
            return;
        }
        world.tell("crash", name);
        up = false;
        stepsToCrash = Long.MAX_VALUE;
        stepsToPause = Long.MAX_VALUE;
        List.copyOf(whenItDies).forEach(Runnable::run);
        whenItDies.clear();
        for (var task : tasks) {
            task.killed = true;
            if (task != world.currentOrNull()) {
                task.ticket++;
                world.resumeAt(world.nanos(), task, task.ticket, false);
            }
        }
        world.crashed(this);
    }

    /** Stops now. */
    public void pause(long nanos) {
        world.tell("pause", name);
        pausedUntil = world.nanos() + nanos;
        world.paused(this, nanos);
    }

    long pausedUntil() {
        return up ? pausedUntil : 0;
    }

    void began(Task task) {
        tasks.add(task);
    }

    void ended(Task task) {
        tasks.remove(task);
    }

    /** One of its tasks is between two operations. */
    void step() {
        if (stepsToCrash != Long.MAX_VALUE && --stepsToCrash <= 0) {
            crash();
        }
        if (stepsToPause != Long.MAX_VALUE && --stepsToPause <= 0) {
            stepsToPause = Long.MAX_VALUE;
            var nanos = Math.min(pauseNanos, pauseEnds - world.nanos());
            if (up && nanos > 0) {
                pauseTook.run();
                pause(nanos);
            }
        }
    }
}
