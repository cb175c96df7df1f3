package io.meridian.edges.faults;

import io.meridian.edges.Problem;
import io.meridian.edges.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * A fault at work: who waits for a worker, who is held up, who is inside. Replacing the fault keeps the queue and those who are inside, as
 * a server keeps them that becomes slower.
 *
 * <p>Everything here is guarded by this. Who may go on is told outside of the lock, because that runs what others hang on it.
 */
final class Trap {

    /** How many wait at most for a worker; the next fails at once, as it would at a server whose queue is full. */
    static final int MOST_WAITING = 2_000;

    private final LongSupplier nanoClock;
    private final Timer timer;
    private final RandomGenerator random;

    private final LinkedHashSet<Crossing> waiting = new LinkedHashSet<>();
    private final Set<Crossing> held = new LinkedHashSet<>();
    private int inside;

    private Fault fault;
    private long endsNanos;
    private int edition;
    private boolean over;
    private long struck;
    private long failed;

    Trap(Fault fault, LongSupplier nanoClock, Timer timer, RandomGenerator random) {
        this.nanoClock = nanoClock;
        this.timer = timer;
        this.random = random;
        this.fault = fault;
        this.endsNanos = end(fault);
    }

    /** Takes another fault in the place of this one. */
    void replace(Fault next) {
        var ready = new ArrayList<Crossing>();
        synchronized (this) {
            fault = next;
            endsNanos = end(next);
            edition++;
            struck = 0;
            failed = 0;
            if (!next.hang()) {
                held.removeIf(it -> it.alarm == null && ready.add(it));
            }
            admit(ready);
        }
        ready.forEach(Crossing::tell);
    }

    /** Counts how often the fault was replaced. */
    synchronized int edition() {
        return edition;
    }

    synchronized FaultBoard.State state() {
        var left = over ? 0 : Math.max(0, endsNanos - nanoClock.getAsLong());
        return new FaultBoard.State(fault, Duration.ofNanos(left), struck, failed, inside, waiting.size());
    }

    Crossing enter() {
        var crossing = new Crossing(this);
        var ready = new ArrayList<Crossing>(1);
        synchronized (this) {
            if (over || endsNanos - nanoClock.getAsLong() <= 0) {
                return Crossing.FREE;
            }
            struck++;
            if (hasRoom()) {
                begin(crossing, ready);
            } else if (waiting.size() < MOST_WAITING) {
                waiting.add(crossing);
            } else {
                failed++;
                crossing.failure = ProblemException.of(
                        Problem.OVERLOADED, MOST_WAITING + " calls wait already for the workers of " + fault.target() + ".");
                ready.add(crossing);
            }
        }
        ready.forEach(Crossing::tell);
        return crossing;
    }

    void leave(Crossing crossing) {
        var ready = new ArrayList<Crossing>(1);
        synchronized (this) {
            waiting.remove(crossing);
            if (held.remove(crossing) && crossing.alarm != null) {
                crossing.alarm.run();
            }
            if (crossing.inside) {
                crossing.inside = false;
                inside--;
                admit(ready);
            }
        }
        ready.forEach(Crossing::tell);
    }

    /** The fault is over: whoever waits or is held up goes on, and nobody else is stopped. */
    void letGo() {
        var ready = new ArrayList<Crossing>();
        synchronized (this) {
            over = true;
            for (var each : held) {
                if (each.alarm != null) {
                    each.alarm.run();
                }
                each.failure = null;
            }
            ready.addAll(held);
            ready.addAll(waiting);
            held.clear();
            waiting.clear();
        }
        ready.forEach(Crossing::tell);
    }

    private void admit(List<Crossing> ready) {
        while (!waiting.isEmpty() && hasRoom()) {
            begin(waiting.removeFirst(), ready);
        }
    }

    private boolean hasRoom() {
        return fault.workers() == 0 || inside < fault.workers();
    }

    private void begin(Crossing crossing, List<Crossing> ready) {
        crossing.inside = true;
        inside++;
        if (fault.hang()) {
            held.add(crossing);
            return;
        }
        if (fault.errorRate() > 0 && random.nextDouble() < fault.errorRate()) {
            failed++;
            crossing.failure = ProblemException.of(
                    fault.error(), "A fault is set on " + fault.target() + ", and this call is one that it fails.");
        }
        if (fault.latencyMs() == 0) {
            ready.add(crossing);
        } else {
            held.add(crossing);
            crossing.alarm = timer.after(latencyNanos(), () -> heldUp(crossing));
        }
    }

    private void heldUp(Crossing crossing) {
        boolean goesOn;
        synchronized (this) {
            goesOn = held.remove(crossing);
        }
        if (goesOn) {
            crossing.tell();
        }
    }

    /** A log-normal variate of the mean m and the sigma s is {@code m exp(s Z - s²/2)}, Z being standard normal. */
    private long latencyNanos() {
        var s = fault.spread();
        var factor = s == 0 ? 1 : Math.exp(s * random.nextGaussian() - s * s / 2);
        return Math.round(fault.latencyMs() * 1e6 * factor);
    }

    private long end(Fault fault) {
        return nanoClock.getAsLong() + fault.forSeconds() * 1_000_000_000L;
    }
}
