package io.meridian.breaker.ejection;

import io.meridian.breaker.Outcome;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/** Requests that come at random moments of a virtual time and are sent to instances that do what the test says. */
final class Traffic {

    /** What an instance does with a request that reaches it at a moment. */
    @FunctionalInterface
    interface Behaviour {
        Reply at(Duration moment, Random random);
    }

    record Reply(Duration after, Outcome outcome, boolean unreachable) {

        static Reply ok(long millis) {
            return new Reply(Duration.ofMillis(millis), Outcome.SUCCEEDED, false);
        }

        static Reply failure(long millis) {
            return new Reply(Duration.ofMillis(millis), Outcome.FAILED, false);
        }

        static Reply timeOut(long millis) {
            return new Reply(Duration.ofMillis(millis), Outcome.TIMED_OUT, false);
        }

        static Reply refused() {
            return new Reply(Duration.ofMillis(1), Outcome.FAILED, true);
        }
    }

    /** A request that was sent: when, to whom, and whether it went well. */
    record Sent(Duration at, String to, Outcome outcome) {}

    private record Pending(long dueNanos, long number, Attempt<String> attempt, Reply reply) {}

    final List<Sent> sent = new ArrayList<>();
    final List<String> news = new ArrayList<>();
    final Instances<String> instances;
    int mostOut;
    private int out;
    private final ManualTime time = new ManualTime();
    private final Random random;
    private final Map<String, Behaviour> behaviours = new HashMap<>();
    private final PriorityQueue<Pending> pending = new PriorityQueue<>(
            (a, b) -> a.dueNanos != b.dueNanos ? Long.compare(a.dueNanos, b.dueNanos) : Long.compare(a.number, b.number));
    private long nowNanos;

    Traffic(long seed, String... names) {
        random = new Random(seed);
        instances = new Instances<>("inventory", List.of(names), EjectionSettings.USUAL, time.nanos(), () -> random, new EjectionListener() {
            @Override
            public void ejected(String dependency, String instance, String why, Duration forNow) {
                news.add(dependency + " " + instance + " out: " + why);
                out++;
                mostOut = Math.max(mostOut, out);
            }

            @Override
            public void returned(String dependency, String instance, String why) {
                news.add(dependency + " " + instance + " back: " + why);
                out--;
            }
        });
    }

    Traffic with(String name, Behaviour behaviour) {
        behaviours.put(name, behaviour);
        return this;
    }

    /** Sends requests for so long, exponentially apart. */
    Traffic run(double perSecond, Duration length) {
        var end = nowNanos + length.toNanos();
        var next = nowNanos + gap(perSecond);
        while (next < end) {
            finishUntil(next);
            send();
            next += gap(perSecond);
        }
        finishUntil(end);
        return this;
    }

    /** The share that went to an instance between two moments. */
    double share(String name, Duration from, Duration to) {
        var all = sent.stream().filter(it -> it.at().compareTo(from) >= 0 && it.at().compareTo(to) < 0).toList();
        return (double) all.stream().filter(it -> it.to().equals(name)).count() / all.size();
    }

    Duration now() {
        return Duration.ofNanos(nowNanos);
    }

    boolean isOut(String name) {
        return instances.view().stream().anyMatch(it -> it.instance().equals(name) && it.out());
    }

    private void send() {
        var attempt = instances.choose();
        var behaviour = behaviours.getOrDefault(attempt.instance(), (_, _) -> Reply.ok(10));
        var reply = behaviour.at(now(), random);
        sent.add(new Sent(now(), attempt.instance(), reply.outcome()));
        pending.add(new Pending(nowNanos + reply.after().toNanos(), sent.size(), attempt, reply));
    }

    private void finishUntil(long nanos) {
        while (!pending.isEmpty() && pending.peek().dueNanos <= nanos) {
            var next = pending.remove();
            goTo(next.dueNanos);
            if (next.reply.unreachable()) {
                next.attempt.unreachable();
            } else {
                next.attempt.end(next.reply.outcome());
            }
        }
        goTo(nanos);
    }

    private void goTo(long nanos) {
        time.advance(Duration.ofNanos(nanos - nowNanos));
        nowNanos = nanos;
    }

    private long gap(double perSecond) {
        return (long) (-Math.log(1 - random.nextDouble()) / perSecond * 1e9);
    }
}
