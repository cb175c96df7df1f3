package io.meridian.simulation.engine;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Something that a process does: blocking code on a thread of its own, which runs only while it has the {@link World}'s baton.
 */
final class Task {

    final Node node;
    final String name;

    private final Thread thread;
    private volatile boolean baton;
    private boolean started;

    /** Of the present wait; what was meant for an earlier one wakes nobody. */
    long ticket;

    /** What it works on, for whoever keeps accounts. */
    @Nullable Object note;

    /** Whether the last wait ended by a signal and not by time. */
    boolean woken;

    boolean killed;
    boolean done;

    private Task(Node node, String name, Thread thread, boolean started) {
        this.node = node;
        this.name = name;
        this.thread = thread;
        this.started = started;
    }

    static Task unstarted(Node node, String name, Consumer<Task> body) {
        var task = new Task[1];
        var thread = Thread.ofVirtual().unstarted(() -> body.accept(task[0]));
        task[0] = new Task(node, name, thread, false);
        return task[0];
    }

    /** What runs on this very thread, and has the baton. */
    static Task here(Node node, String name) {
        return new Task(node, name, Thread.currentThread(), true);
    }

    boolean hasStarted() {
        return started;
    }

    /** To be called by whoever has the baton, as the last thing before it waits or ends. */
    void takeBaton() {
        baton = true;
        if (started) {
            LockSupport.unpark(thread);
        } else {
            started = true;
            thread.start();
        }
    }

    void awaitBaton() {
        while (!baton) {
            LockSupport.park(this);
        }
        baton = false;
    }
}
