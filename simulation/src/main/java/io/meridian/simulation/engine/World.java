package io.meridian.simulation.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A small universe: virtual time, one source of chance, and tasks of which exactly one runs at any moment.
 *
 * <p>A task is ordinary blocking code on a virtual thread. It gives the baton away whenever it sleeps or waits, which it does at
 * every edge it calls; who gets it next is decided by time and, among equals, by the seed. Time passes only when nobody runs.
 * So a run depends on its seed and on nothing else: not on the machine, its load or its number of cores.
 *
 * <p>There is no scheduler thread: whoever gives the baton away looks itself who is next, and goes on without a switch if that is
 * itself. Not a place for code that blocks by other means than {@link #sleep} and {@link Signal}.
 */
public final class World {

    /** When every run begins; far from today, so that a look at the machine's clock would show. */
    public static final Instant EPOCH = Instant.parse("2031-05-04T03:02:01Z");

    private record Event(
            long at, long tie, long sequence, @Nullable Runnable action, @Nullable Task task, long ticket, boolean woken)
            implements Comparable<Event> {

        @Override
        public int compareTo(Event other) {
            var order = Long.compare(at, other.at);
            if (order == 0) {
                order = Long.compare(tie, other.tie);
            }
            return order == 0 ? Long.compare(sequence, other.sequence) : order;
        }
    }

    private final Dice dice;
    private final Dice ties;
    private final PriorityQueue<Event> events = new PriorityQueue<>(256);
    private final Set<Task> tasks = new LinkedHashSet<>();
    private final Node outside;
    private final Task main;
    private final @Nullable Consumer<String> story;
    private @Nullable Task current;
    private @Nullable Throwable fault;
    private Consumer<Node> crashed = _ -> {};
    private BiConsumer<Node, Long> paused = (_, _) -> {};
    private boolean closing;
    private long now;
    private long sequence;
    private long steps;
    private long hash = 0x6D65726964L;

    /**
     * A universe whose first task is whoever calls this.
     *
     * @param story told every step in words; null for none, which is much faster
     */
    public World(long seed, @Nullable Consumer<String> story) {
        this.dice = new Dice(seed);
        this.ties = dice.split();
        this.story = story;
        this.outside = node("outside");
        outside.comeUp();
        this.main = Task.here(outside, "main");
        this.current = main;
    }

    public Dice dice() {
        return dice;
    }

    /** Where clients, brokers and whoever else is not ours run: it never dies. */
    public Node outside() {
        return outside;
    }

    public Node node(String name) {
        return new Node(this, name);
    }

    public void whenCrashed(Consumer<Node> crashed) {
        this.crashed = crashed;
    }

    public void whenPaused(BiConsumer<Node, Long> paused) {
        this.paused = paused;
    }

    /** Nanoseconds since the beginning. */
    public long nanos() {
        return now;
    }

    /** How many steps there have been. */
    public long steps() {
        return steps;
    }

    /** Stands for everything that happened, in its order and at its time; two runs with the same hash were the same run. */
    public long hash() {
        return hash;
    }

    /** What went wrong in the simulation itself; null if nothing did. */
    public @Nullable Throwable fault() {
        return fault;
    }

    /** The process whose task runs. */
    public Node here() {
        return current().node;
    }

    /** What the running task works on; null if nobody said. */
    public @Nullable Object note() {
        return current().note;
    }

    public void setNote(@Nullable Object note) {
        current().note = note;
    }

    /** Notes that something happened. */
    public void tell(String what, String to) {
        hash = Dice.mix(hash ^ now ^ (long) what.hashCode() << 32 ^ to.hashCode());
        if (story != null) {
            var task = current;
            story.accept("%12.6f %-14s %-22s %s %s"
                    .formatted(
                            now / 1e9,
                            task == null ? "-" : task.node.name(),
                            task == null ? "-" : task.name,
                            what,
                            to));
        }
    }

    /** Runs {@code action} then; it must not wait. */
    public void at(long nanos, Runnable action) {
        events.add(new Event(Math.max(now, nanos), ties.nextLong(), sequence++, action, null, 0, false));
    }

    public void after(Duration delay, Runnable action) {
        at(now + delay.toNanos(), action);
    }

    /** Begins a task of a process; it runs as soon as it gets the baton. Does nothing if the process is dead. */
    public void start(Node node, String name, Runnable work) {
        if (!node.isUp() || closing) {
            return;
        }
        var task = Task.unstarted(node, name, self -> run(self, work));
        tasks.add(task);
        node.began(task);
        resumeAt(now, task, task.ticket, false);
    }

    /** Lets time pass for the running task, and is a step of its process: it may die or be stopped here. */
    public void sleep(long nanos) {
        var task = current();
        task.ticket++;
        resumeAt(now + Math.max(0, nanos), task, task.ticket, false);
        suspend();
    }

    /** Ends all other tasks. To be called by the first one, as its last. */
    public void close() {
        closing = true;
        for (var task : List.copyOf(tasks)) {
            task.killed = true;
            if (task.hasStarted() && !task.done) {
                current = task;
                task.takeBaton();
                main.awaitBaton();
                current = main;
            }
        }
        tasks.clear();
        events.clear();
    }

    Task current() {
        var task = current;
        if (task == null) {
            throw new IllegalStateException("only a task can wait, and none runs");
        }
        return task;
    }

    @Nullable Task currentOrNull() {
        return current;
    }

    void resumeAt(long nanos, Task task, long ticket, boolean woken) {
        events.add(new Event(nanos, ties.nextLong(), sequence++, null, task, ticket, woken));
    }

    void crashed(Node node) {
        crashed.accept(node);
    }

    void paused(Node node, long nanos) {
        paused.accept(node, nanos);
    }

    /** Gives the baton away until one of the events that were arranged for the running task is due. */
    void suspend() {
        var me = current();
        if (!me.killed) {
            me.node.step();
        }
        if (me.killed) {
            throw new Crash();
        }
        var next = next();
        if (next != me) {
            next.takeBaton();
            me.awaitBaton();
        }
        current = me;
        if (me.killed) {
            throw new Crash();
        }
    }

    /** The task whose turn it is. What is due before it and is no task runs meanwhile. */
    private Task next() {
        while (true) {
            var event = events.poll();
            if (event == null) {
                fault = new IllegalStateException("nothing is left to happen");
                return main;
            }
            var task = event.task;
            if (task == null) {
                now = event.at;
                current = null;
                try {
                    if (event.action != null) {
                        event.action.run();
                    }
                } catch (RuntimeException thrown) {
                    fault = thrown;
                }
                continue;
            }
            if (task.done || task.ticket != event.ticket) {
                continue;
            }
            if (task.node.pausedUntil() > event.at && !task.killed) {
                resumeAt(task.node.pausedUntil(), task, event.ticket, event.woken);
                continue;
            }
            now = event.at;
            if (task.killed && !task.hasStarted()) {
                end(task);
                continue;
            }
            task.ticket++;
            task.woken = event.woken;
            steps++;
            hash = Dice.mix(hash ^ now ^ (long) task.name.hashCode() << 32 ^ task.node.name().hashCode());
            current = task;
            return task;
        }
    }

    private void run(Task task, Runnable work) {
        task.awaitBaton();
        try {
            if (!task.killed) {
                work.run();
            }
        } catch (Crash _) {
            // it is gone
        } catch (Throwable thrown) {
            if (!closing && !task.killed) {
                fault = thrown;
            }
        }
        end(task);
        if (closing) {
            current = main;
            main.takeBaton();
            return;
        }
        current = null;
        next().takeBaton();
    }

    private void end(Task task) {
        task.done = true;
        task.node.ended(task);
        tasks.remove(task);
    }

    /** The tasks that have not ended, for whoever looks for one that never does. */
    public List<String> alive() {
        var names = new ArrayList<String>();
        tasks.forEach(task -> names.add(task.node.name() + "/" + task.name));
        return names;
    }
}
