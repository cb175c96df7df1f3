package io.meridian.breaker.shedding;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides who works, who waits and who is refused; nothing in it waits or asks for the time, and only one thread may be in it.
 *
 * <ol>
 *   <li>Whoever finds a place begins, whatever its importance: nobody is refused while there is nothing to do.
 *   <li>Whoever finds none is refused at once if it is below the {@link Threshold}; if the calls ahead of it, at {@code limit} per mean
 *       call, leave it less time than the median call of its level takes; or if the queue is full of those as important.
 *   <li>A place that becomes free goes to the most important level that waits, there to the oldest, or to the newest if the
 *       {@link Line} stands. Whoever has too little time left by then is refused instead.
 * </ol>
 */
final class WaitingRoom {

    private static final Priority[] LEVELS = Priority.values();
    /** A refused order costs more than one that is half a second late: only what is not over soon is an overload of the critical. */
    private static final int PATIENCE = 5;

    private static final long LONGEST_RETRY_NANOS = Duration.ofSeconds(10).toNanos();

    private final DoorSettings settings;
    private final RandomGenerator random;
    private final Line[] lines = new Line[LEVELS.length];
    private final ServiceTimes times = new ServiceTimes();
    private final Threshold threshold;
    private final List<Ticket> decided = new ArrayList<>();

    private int working;
    private int waiting;

    WaitingRoom(DoorSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
        this.threshold = new Threshold(settings.interval().toNanos());
        for (var level : LEVELS) {
            var interval = settings.interval().toNanos();
            lines[level.ordinal()] = new Line(
                    settings.target().toNanos(),
                    level.compareTo(Priority.CRITICAL) > 0 ? interval / 2 : PATIENCE * interval,
                    interval);
        }
    }

    /** The tickets that have begun or were refused since the last time. */
    List<Ticket> takeDecided() {
        if (decided.isEmpty()) {
            return List.of();
        }
        var taken = List.copyOf(decided);
        decided.clear();
        return taken;
    }

    void arrive(Ticket ticket, long now) {
        threshold.at(now);
        threshold.came(ticket.rank());
        if (ticket.leftNanos(now) <= 0) {
            refuse(ticket, Shed.EXPIRED, now);
        } else if (working < settings.limit()) {
            begin(ticket, now);
        } else {
            threshold.waited();
            giveUpTheStale(now);
            queue(ticket, now);
        }
    }

    /** The call has ended, or nobody waits for it any more. */
    void leave(Ticket ticket, long now) {
        threshold.at(now);
        switch (ticket.state) {
            case WAITING -> {
                takeOut(ticket, now);
                ticket.state = Ticket.State.GONE;
            }
            case WORKING -> {
                working--;
                ended(ticket, now);
                fill(now);
            }
            case OUT -> {
                ticket.outNanos += now - ticket.outSinceNanos;
                ended(ticket, now);
            }
            case REFUSED, GONE -> {}
        }
    }

    /** The call, which works, has nothing to do here until somebody else answers. */
    void stepOut(Ticket ticket, long now) {
        if (ticket.state == Ticket.State.WORKING) {
            threshold.at(now);
            working--;
            ticket.outSinceNanos = now;
            ticket.state = Ticket.State.OUT;
            fill(now);
        }
    }

    /** It goes on. Having begun, it does not wait again: for a while more may work than begin. */
    void stepIn(Ticket ticket, long now) {
        if (ticket.state == Ticket.State.OUT) {
            working++;
            ticket.outNanos += now - ticket.outSinceNanos;
            ticket.state = Ticket.State.WORKING;
        }
    }

    /** Sees to what the passing of time alone decides. */
    void review(Ticket ticket, long now) {
        threshold.at(now);
        giveUpTheStale(now);
        if (ticket.state == Ticket.State.WAITING && ticket.leftNanos(now) <= 0) {
            takeOut(ticket, now);
            refuse(ticket, Shed.EXPIRED, now);
        }
    }

    /** After how long a ticket that waits should be reviewed. */
    long reviewInNanos(Ticket ticket, long now) {
        return Math.max(1, Math.min(ticket.leftNanos(now), line(ticket).staleInNanos(ticket, now) + 1));
    }

    Load load(long now) {
        threshold.at(now);
        var stands = false;
        for (var line : lines) {
            stands |= line.stands();
        }
        return new Load(settings.limit(), working, waiting, stands, threshold.admitted());
    }

    private void ended(Ticket ticket, long now) {
        ticket.state = Ticket.State.GONE;
        var took = now - ticket.begunNanos;
        times.add(ticket.priority(), took, took - ticket.outNanos);
        for (var line : lines) {
            line.callsTake((long) times.meanHere());
        }
    }

    private void queue(Ticket ticket, long now) {
        if (!threshold.admits(ticket.rank())) {
            refuse(ticket, Shed.THRESHOLD, now);
        } else if (expectedWaitNanos(ticket) > ticket.leftNanos(now) - times.median(ticket.priority())) {
            refuse(ticket, Shed.TOO_LATE, now);
        } else if (waiting < settings.queue() || displaced(ticket, now)) {
            line(ticket).add(ticket, now);
            waiting++;
        } else {
            threshold.overloaded();
            refuse(ticket, Shed.FULL, now);
        }
    }

    /** Returns whether somebody less important gave up its place in the queue. */
    private boolean displaced(Ticket newcomer, long now) {
        for (var i = LEVELS.length - 1; i > newcomer.priority().ordinal(); i--) {
            var least = lines[i].oldest();
            if (least != null) {
                threshold.overloaded();
                takeOut(least, now);
                refuse(least, Shed.DISPLACED, now);
                return true;
            }
        }
        return false;
    }

    private double expectedWaitNanos(Ticket ticket) {
        var ahead = 0;
        for (var i = 0; i < ticket.priority().ordinal(); i++) {
            ahead += lines[i].size();
        }
        if (!line(ticket).stands()) {
            ahead += line(ticket).size();
        }
        return (ahead + 1) * times.meanHere() / settings.limit();
    }

    private void fill(long now) {
        giveUpTheStale(now);
        while (working < settings.limit()) {
            var next = next();
            if (next == null) {
                return;
            }
            takeOut(next, now);
            var left = next.leftNanos(now);
            if (left <= 0) {
                refuse(next, Shed.EXPIRED, now);
            } else if (left < times.median(next.priority())) {
                refuse(next, Shed.TOO_LATE, now);
            } else {
                begin(next, now);
            }
        }
    }

    private @Nullable Ticket next() {
        for (var line : lines) {
            var next = line.next();
            if (next != null) {
                return next;
            }
        }
        return null;
    }

    private void giveUpTheStale(long now) {
        for (var line : lines) {
            for (var stale = line.stale(now); stale != null; stale = line.stale(now)) {
                takeOut(stale, now);
                refuse(stale, Shed.STALE, now);
                threshold.overloaded();
            }
        }
    }

    private void takeOut(Ticket ticket, long now) {
        line(ticket).remove(ticket, now);
        waiting--;
    }

    private void begin(Ticket ticket, long now) {
        working++;
        ticket.begunNanos = now;
        ticket.state = Ticket.State.WORKING;
        decided.add(ticket);
    }

    private void refuse(Ticket ticket, Shed why, long now) {
        ticket.refusal = new Refusal(ticket.priority(), why, Duration.ofNanos(retryAfterNanos(now)));
        ticket.state = Ticket.State.REFUSED;
        decided.add(ticket);
    }

    /** From 1 to 1.5 times what is meant, which is 20 % less and more than its middle. */
    private long retryAfterNanos(long now) {
        var drain = (long) (waiting * times.meanHere() / settings.limit());
        var meant = Math.max(drain, Math.min(threshold.overForNanos(now), LONGEST_RETRY_NANOS));
        return (long) (1.25 * meant * (0.8 + 0.4 * random.nextDouble()));
    }

    private Line line(Ticket ticket) {
        return lines[ticket.priority().ordinal()];
    }
}
