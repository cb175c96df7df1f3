package io.meridian.edges.faults;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The faults that are set on this application now, and the one place where calls are struck by them. Each has an end and is over by itself;
 * then, and when the application stops, whoever it holds up goes on.
 *
 * <p>A call is struck by the fault of its own target, or else by the one of all calls of its service; never by both. While nothing
 * is set a call costs one volatile read.
 */
public final class FaultBoard implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FaultBoard.class);

    private final LongSupplier nanoClock;
    private final Timer timer;
    private final RandomGenerator random;

    /** By target; replaced as a whole and under the lock of this. */
    private volatile Map<String, Trap> traps = Map.of();

    /** Guarded by this. */
    private boolean closed;

    FaultBoard(LongSupplier nanoClock, Timer timer, RandomGenerator random) {
        this.nanoClock = nanoClock;
        this.timer = timer;
        this.random = random;
    }

    /** A board by the clock of this machine. */
    public static FaultBoard onThisMachine() {
        return new FaultBoard(System::nanoTime, Timer.onThisMachine(), RandomGenerator.getDefault());
    }

    /**
     * A fault and what it has done so far.
     *
     * @param remaining how long it goes on
     * @param struck how many calls have met it since it was set
     * @param failed how many of these it failed, or will when they were held up
     * @param inside how many calls it holds up now, or has let through that have not ended
     * @param waiting how many wait for a worker now
     */
    public record State(Fault fault, Duration remaining, long struck, long failed, int inside, int waiting) {}

    /** Whether nothing is set. */
    public boolean isQuiet() {
        return traps.isEmpty();
    }

    /** The passage of a call through {@code target}, a name in lower case. */
    public Crossing cross(String target) {
        var set = traps;
        if (set.isEmpty()) {
            return Crossing.FREE;
        }
        var trap = set.get(target);
        if (trap == null) {
            trap = set.get(Fault.allOf(target));
        }
        return trap == null ? Crossing.FREE : trap.enter();
    }

    /**
     * Sets a fault, in the place of one that is set on the same target.
     *
     * @throws IllegalStateException if the application stops
     */
    public synchronized void set(Fault fault) {
        if (closed) {
            throw new IllegalStateException("the application stops: no fault can be set any more");
        }
        var known = traps.get(fault.target());
        var trap = known == null ? new Trap(fault, nanoClock, timer, random) : known;
        if (known == null) {
            var more = new HashMap<>(traps);
            more.put(fault.target(), trap);
            traps = Map.copyOf(more);
        } else {
            known.replace(fault);
        }
        var edition = trap.edition();
        timer.after(Duration.ofSeconds(fault.forSeconds()).toNanos(), () -> end(fault.target(), trap, edition));
        LOG.atWarn().addKeyValue("fault", fault).log("A fault is set on {}", fault.target());
    }

    /** Ends the fault on {@code target}, if there is one. */
    public void clear(String target) {
        var trap = traps.get(target);
        if (trap != null) {
            end(target, trap, trap.edition());
        }
    }

    /** Ends all faults. */
    public void clear() {
        traps.keySet().forEach(this::clear);
    }

    /** What is set, by target. */
    public List<State> state() {
        return new TreeMap<>(traps)
                .values().stream()
                        .map(Trap::state)
                        .filter(it -> it.remaining().isPositive())
                        .toList();
    }

    /** Ends all faults for good. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        clear();
        timer.stop();
    }

    private void end(String target, Trap trap, int edition) {
        synchronized (this) {
            if (traps.get(target) != trap || trap.edition() != edition) {
                return;
            }
            var fewer = new HashMap<>(traps);
            fewer.remove(target);
            traps = Map.copyOf(fewer);
        }
        var done = trap.state();
        trap.letGo();
        LOG.atWarn()
                .addKeyValue("struck", done.struck())
                .addKeyValue("failed", done.failed())
                .log("The fault on {} is over", target);
    }
}
