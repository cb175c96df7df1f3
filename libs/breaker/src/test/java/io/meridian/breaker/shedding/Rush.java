package io.meridian.breaker.shedding;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.LongToDoubleFunction;
import java.util.stream.Stream;

/** Calls that come to a door and work behind it, in virtual time and the same for a seed. */
final class Rush {

    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000 * MILLI;

    /** Near the end of the clock's range, so that whatever compares readings fails. */
    private static final long START = Long.MAX_VALUE - 2 * SECOND;

    /** Whatever decides who may begin. */
    interface Door {
        void arrive(Ticket ticket, long now);

        void leave(Ticket ticket, long now);

        void review(Ticket ticket, long now);

        long reviewInNanos(Ticket ticket, long now);

        List<Ticket> takeDecided();
    }

    /** What became of the calls of one kind. */
    static final class Tally {
        int offered;
        int good;
        int late;
        final Map<Shed, Integer> shed = new EnumMap<>(Shed.class);

        double goodput() {
            return (double) good / offered;
        }

        int refused() {
            return shed.values().stream().mapToInt(Integer::intValue).sum();
        }

        @Override
        public String toString() {
            return "%d of %d good (%.3f), %d late, shed %s".formatted(good, offered, goodput(), late, shed);
        }
    }

    private record Event(long at, long number, Runnable happening) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at == other.at ? Long.compare(number, other.number) : Long.compare(at, other.at);
        }
    }

    /** In the order of the levels. */
    final List<Tally> tallies = Stream.of(Priority.values()).map(_ -> new Tally()).toList();

    /** By second of arrival. */
    final Map<Long, Tally> seconds = new LinkedHashMap<>();

    /** When the first call was refused after {@link #watchSheddingFrom}; negative before. */
    long firstShedAt = -1;

    private final Door door;
    private final SplittableRandom random;
    private final double meanServiceNanos;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Map<Ticket, Call> calls = new IdentityHashMap<>();

    private double[] mix = {0, 1, 0, 0};
    private long deadlineNanos = 500 * MILLI;
    private boolean retries;
    private long watchFrom;
    private long number;
    private long elapsed;

    private record Call(Priority priority, int group, long bornAt, boolean again, Tally second) {}

    Rush(long seed, Door door, double meanServiceMillis) {
        this.random = new SplittableRandom(seed);
        this.door = door;
        this.meanServiceNanos = meanServiceMillis * MILLI;
    }

    /** In the order of the levels; adds up to 1. */
    Rush mix(double... shares) {
        this.mix = shares;
        return this;
    }

    Rush deadline(Duration deadline) {
        this.deadlineNanos = deadline.toNanos();
        return this;
    }

    /** Who is refused comes back once, when it was told to. */
    Rush retrying() {
        this.retries = true;
        return this;
    }

    Rush watchSheddingFrom(long millis) {
        this.watchFrom = millis * MILLI;
        return this;
    }

    /** @param perSecond calls that come, at a time in milliseconds */
    void run(Duration time, LongToDoubleFunction perSecond) {
        nextArrival(time.toNanos(), perSecond);
        while (!events.isEmpty()) {
            var event = events.poll();
            elapsed = event.at;
            event.happening.run();
            settle();
        }
    }

    Tally of(Priority level) {
        return tallies.get(level.ordinal());
    }

    private void nextArrival(long end, LongToDoubleFunction perSecond) {
        var gap = (long) (-Math.log(1 - random.nextDouble()) * SECOND / perSecond.applyAsDouble(elapsed / MILLI));
        if (elapsed + gap < end) {
            at(elapsed + gap, () -> {
                var second = seconds.computeIfAbsent(elapsed / SECOND, _ -> new Tally());
                var call = new Call(level(), random.nextInt(Importance.GROUPS), elapsed, false, second);
                of(call.priority).offered++;
                second.offered++;
                ask(call);
                nextArrival(end, perSecond);
            });
        }
    }

    private void ask(Call call) {
        var ticket = new Ticket(new Importance(call.priority, call.group), deadlineNanos, now());
        calls.put(ticket, call);
        door.arrive(ticket, now());
        if (ticket.state == Ticket.State.WAITING) {
            reviewLater(ticket);
        }
    }

    private void reviewLater(Ticket ticket) {
        at(elapsed + door.reviewInNanos(ticket, now()), () -> {
            if (ticket.state == Ticket.State.WAITING) {
                door.review(ticket, now());
                if (ticket.state == Ticket.State.WAITING) {
                    reviewLater(ticket);
                }
            }
        });
    }

    private void settle() {
        for (var decided = door.takeDecided(); !decided.isEmpty(); decided = door.takeDecided()) {
            decided.forEach(this::decided);
        }
    }

    private void decided(Ticket ticket) {
        var call = calls.remove(ticket);
        if (call == null) {
            throw new AssertionError("decided twice");
        }
        var tally = of(call.priority);
        var refusal = ticket.refusal;
        if (refusal == null) {
            at(elapsed + serviceNanos(), () -> {
                door.leave(ticket, now());
                if (elapsed - ticketBorn(ticket) <= deadlineNanos) {
                    tally.good++;
                    call.second.good++;
                } else {
                    tally.late++;
                }
            });
            return;
        }
        if (firstShedAt < 0 && elapsed >= watchFrom) {
            firstShedAt = elapsed;
        }
        if (retries && !call.again) {
            at(elapsed + refusal.retryAfter().toNanos(), () -> ask(new Call(call.priority, call.group, elapsed, true, call.second)));
        } else {
            tally.shed.merge(refusal.why(), 1, Integer::sum);
        }
    }

    private static long ticketBorn(Ticket ticket) {
        return ticket.arrivedNanos - START;
    }

    /** Lognormal, with a median of 0.88 of the mean. */
    private long serviceNanos() {
        var sigma = 0.5;
        return (long) (meanServiceNanos * Math.exp(sigma * gaussian() - sigma * sigma / 2));
    }

    private double gaussian() {
        return Math.sqrt(-2 * Math.log(1 - random.nextDouble())) * Math.cos(2 * Math.PI * random.nextDouble());
    }

    private Priority level() {
        var drawn = random.nextDouble();
        for (var level : Priority.values()) {
            drawn -= mix[level.ordinal()];
            if (drawn < 0) {
                return level;
            }
        }
        return Priority.SHEDDABLE;
    }

    private long now() {
        return START + elapsed;
    }

    private void at(long time, Runnable happening) {
        events.add(new Event(time, number++, happening));
    }

    /** The real thing. It is an error if anything begins that is not wanted any more, or if more work than may. */
    static Door room(DoorSettings settings, long seed) {
        var room = new WaitingRoom(settings, new SplittableRandom(seed));
        return new Door() {
            @Override
            public void arrive(Ticket ticket, long now) {
                room.arrive(ticket, now);
                check(now);
            }

            @Override
            public void leave(Ticket ticket, long now) {
                room.leave(ticket, now);
                check(now);
            }

            @Override
            public void review(Ticket ticket, long now) {
                room.review(ticket, now);
                check(now);
            }

            @Override
            public long reviewInNanos(Ticket ticket, long now) {
                return room.reviewInNanos(ticket, now);
            }

            @Override
            public List<Ticket> takeDecided() {
                var decided = room.takeDecided();
                for (var ticket : decided) {
                    if (ticket.refusal == null && ticket.leftNanos(ticket.begunNanos) <= 0) {
                        throw new AssertionError("a call began after its deadline");
                    }
                }
                return decided;
            }

            private void check(long now) {
                var load = room.load(now);
                if (load.working() > load.limit()
                        || load.waiting() > settings.queue()
                        || load.waiting() > 0 && load.working() < load.limit()) {
                    throw new AssertionError("broken: " + load);
                }
            }
        };
    }

    /** What a server without any of this has: first come, first served, and nobody is refused. */
    static Door plainQueue(int limit) {
        return new Door() {
            private final ArrayDeque<Ticket> queue = new ArrayDeque<>();
            private final List<Ticket> begun = new ArrayList<>();
            private int working;

            @Override
            public void arrive(Ticket ticket, long now) {
                queue.add(ticket);
                fill(now);
            }

            @Override
            public void leave(Ticket ticket, long now) {
                working--;
                fill(now);
            }

            @Override
            public void review(Ticket ticket, long now) {}

            @Override
            public long reviewInNanos(Ticket ticket, long now) {
                return 10 * SECOND;
            }

            @Override
            public List<Ticket> takeDecided() {
                var taken = List.copyOf(begun);
                begun.clear();
                return taken;
            }

            private void fill(long now) {
                while (working < limit && !queue.isEmpty()) {
                    var next = queue.poll();
                    working++;
                    next.begunNanos = now;
                    next.state = Ticket.State.WORKING;
                    begun.add(next);
                }
            }
        };
    }
}
