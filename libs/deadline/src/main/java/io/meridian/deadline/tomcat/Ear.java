package io.meridian.deadline.tomcat;

import java.util.ArrayList;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One thread that looks after all exchanges of a connector, every {@value #EVERY_MILLIS} ms. Most are over before it looks at them: they
 * cost a place in a queue. A look at one that is not is a system call that finds nothing.
 */
final class Ear {

    /** Short against what people wait, long against a look. */
    static final int EVERY_MILLIS = 20;

    private final Queue<Exchange> fresh = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Thread thread;
    private volatile boolean asleep;

    synchronized void open() {
        if (thread == null) {
            var listening = Thread.ofPlatform()
                    .name("deadline-callers")
                    .daemon()
                    .inheritInheritableThreadLocals(false)
                    .unstarted(this::listen);
            thread = listening; // before it asks whether it is the one
            listening.start();
        }
    }

    synchronized void close() {
        var listening = thread;
        thread = null;
        LockSupport.unpark(listening);
    }

    void add(Exchange exchange) {
        fresh.add(exchange);
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    private void listen() {
        var known = new ArrayList<Exchange>();
        while (thread == Thread.currentThread()) {
            known.removeIf(exchange -> !exchange.look());
            for (var next = fresh.poll(); next != null; next = fresh.poll()) {
                known.add(next);
            }
            if (known.isEmpty()) {
                sleep();
            } else {
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(EVERY_MILLIS));
            }
        }
    }

    private void sleep() {
        asleep = true;
        try {
            if (fresh.isEmpty() && thread == Thread.currentThread()) {
                LockSupport.park(this);
            }
        } finally {
            asleep = false;
        }
    }
}
