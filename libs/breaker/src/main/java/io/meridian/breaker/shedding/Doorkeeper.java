package io.meridian.breaker.shedding;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many calls of a server work at once, lets a bounded number wait for a place, and refuses the rest, the least important first.
 *
 * <pre>{@code
 * try (var visit = doorkeeper.arrive(importance, remainingNanos)) {
 *     var refusal = visit.await();
 *     return refusal.isPresent() ? refused(refusal.get()) : visit.call(() -> work());
 * }
 * }</pre>
 *
 * <ul>
 *   <li>Nobody begins while as many work as the limit says, and no more than the queue holds wait.
 *   <li>Whoever waits is refused by its deadline at the latest, and never begins after it.
 *   <li>Nobody whose answer is still wanted is refused while there is a free place.
 *   <li>A less important call never goes before one that is more important and waits already.
 * </ul>
 *
 * <p>A call that waits for another service {@linkplain Visit#stepOut steps out}: its place is for what is scarce here, and how many may wait
 * there is for the client of that service to limit. Otherwise one neighbour that hangs would take every place, and reads that need none of
 * it would be refused.
 *
 * <p>It does not stop what has begun: a call that hangs keeps its place until somebody ends it, which is what deadlines are for. Times
 * are those of the clock it is given, but a thread that waits sleeps real ones. Safe for use by many threads.
 */
public final class Doorkeeper {

    private static final ScopedValue<Visit> CURRENT = ScopedValue.newInstance();

    private final LongSupplier nanoClock;
    private final DoorListener listener;

    /** Guarded by itself; nobody waits inside. */
    private final WaitingRoom room;

    public Doorkeeper(DoorSettings settings, LongSupplier nanoClock, RandomGenerator random, DoorListener listener) {
        this.nanoClock = nanoClock;
        this.listener = listener;
        this.room = new WaitingRoom(settings, random);
    }

    /**
     * A call has come.
     *
     * @param remainingNanos how long its answer is still wanted; {@link io.meridian.breaker.Breaker#NO_DEADLINE} if nobody said
     */
    public Visit arrive(Importance importance, long remainingNanos) {
        List<Ticket> decided;
        Ticket ticket;
        synchronized (room) {
            var now = nanoClock.getAsLong();
            ticket = new Ticket(importance, remainingNanos, now);
            room.arrive(ticket, now);
            decided = room.takeDecided();
        }
        tell(decided);
        return new Waiting(ticket);
    }

    /** The visit that the current thread works for; empty if that came through no door. */
    public static Optional<Visit> current() {
        return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
    }

    /** Does something that is waiting for somebody else: the current visit, if there is one, {@linkplain Visit#stepOut steps out} for it. */
    public static <R extends @Nullable Object, X extends Throwable> R outside(ScopedValue.CallableOp<R, X> work) throws X {
        if (!CURRENT.isBound()) {
            return work.call();
        }
        var visit = CURRENT.get();
        visit.stepOut();
        try {
            return work.call();
        } finally {
            visit.stepIn();
        }
    }

    /** What goes on at the moment. */
    public Load load() {
        synchronized (room) {
            return room.load(nanoClock.getAsLong());
        }
    }

    private void tell(List<Ticket> decided) {
        for (var ticket : decided) {
            LockSupport.unpark(ticket.waiter);
            try {
                var refusal = ticket.refusal;
                if (refusal == null) {
                    listener.admitted(ticket.priority(), ticket.begunNanos - ticket.arrivedNanos);
                } else {
                    listener.shed(ticket.priority(), refusal.why());
                }
            } catch (RuntimeException _) {
                // whoever listens has to look after itself
            }
        }
    }

    private final class Waiting implements Visit {

        private final Ticket ticket;

        /** Guarded by the room. */
        private int out;

        Waiting(Ticket ticket) {
            this.ticket = ticket;
        }

        @Override
        public Optional<Refusal> await() throws InterruptedException {
            if (ticket.state == Ticket.State.WAITING) {
                ticket.waiter = Thread.currentThread();
                try {
                    sleep();
                } finally {
                    ticket.waiter = null;
                }
            }
            return switch (ticket.state) {
                case WORKING, OUT -> Optional.empty();
                case REFUSED -> Optional.ofNullable(ticket.refusal);
                case WAITING, GONE ->
                    Optional.of(new Refusal(ticket.priority(), Shed.ABANDONED, Duration.ZERO));
            };
        }

        /** Returns when it is decided. */
        private void sleep() throws InterruptedException {
            for (var nanos = reviewed(); ticket.state == Ticket.State.WAITING; nanos = reviewed()) {
                LockSupport.parkNanos(Doorkeeper.this, nanos);
                if (Thread.interrupted()) {
                    close();
                    throw new InterruptedException("interrupted while a call waited to begin");
                }
            }
        }

        private long reviewed() {
            List<Ticket> decided;
            long nanos;
            synchronized (room) {
                var now = nanoClock.getAsLong();
                room.review(ticket, now);
                nanos = room.reviewInNanos(ticket, now);
                decided = room.takeDecided();
            }
            tell(decided);
            return nanos;
        }

        @Override
        public Importance importance() {
            return ticket.importance;
        }

        @Override
        public <R extends @Nullable Object, X extends Throwable> R call(ScopedValue.CallableOp<R, X> work) throws X {
            return ScopedValue.where(CURRENT, this).call(work);
        }

        @Override
        public void stepOut() {
            List<Ticket> decided;
            synchronized (room) {
                if (out++ == 0) {
                    room.stepOut(ticket, nanoClock.getAsLong());
                }
                decided = room.takeDecided();
            }
            tell(decided);
        }

        @Override
        public void stepIn() {
            synchronized (room) {
                if (--out == 0) {
                    room.stepIn(ticket, nanoClock.getAsLong());
                }
            }
        }

        @Override
        public void giveUp() {
            leave(Ticket.State.WAITING);
        }

        @Override
        public void close() {
            leave(null);
        }

        private void leave(Ticket.@Nullable State only) {
            List<Ticket> decided;
            synchronized (room) {
                if (only == null || ticket.state == only) {
                    room.leave(ticket, nanoClock.getAsLong());
                }
                decided = room.takeDecided();
            }
            tell(decided);
            LockSupport.unpark(ticket.waiter);
        }
    }
}
