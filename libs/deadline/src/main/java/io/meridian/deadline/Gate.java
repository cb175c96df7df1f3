package io.meridian.deadline;

import org.jspecify.annotations.Nullable;

/**
 * Where the interrupts of one thread's nested stays pass, so that none arrives while the thread is shielded or after the stay it was
 * meant for.
 */
final class Gate {

    /** One stay of the thread, inside those entered before it. */
    abstract static class Guest {

        private final Thread thread;
        private @Nullable Guest outer;
        private boolean gone;

        private boolean raised;

        /** Raised while an inner one was there, whose code may have taken it. */
        private boolean raisedInside;

        Guest(Thread thread) {
            this.thread = thread;
        }

        final Thread thread() {
            return thread;
        }
    }

    private @Nullable Guest innermost;
    private int shields;

    /** An interrupt waits for the last shield to go: one that was there before it, or one that came meanwhile. */
    private boolean pending;

    synchronized void enter(Guest guest) {
        guest.outer = innermost;
        innermost = guest;
    }

    synchronized void interrupt(Guest guest) {
        if (guest.gone) {
            return;
        }
        guest.raised = true;
        guest.raisedInside = guest != innermost;
        if (shields > 0) {
            pending = true;
        } else {
            guest.thread.interrupt();
        }
    }

    /** Takes back what was raised for this guest and nobody took; raises again what came for an outer one meanwhile. */
    synchronized void leave(Guest guest) {
        guest.gone = true;
        innermost = guest.outer;
        var again = false;
        for (var outer = guest.outer; outer != null; outer = outer.outer) {
            again |= outer.raisedInside;
            outer.raisedInside &= outer != guest.outer;
        }
        if (!guest.raised && !again) {
            return;
        }
        if (shields > 0) {
            pending = again;
            return;
        }
        var _ = Thread.interrupted();
        if (again) {
            guest.thread.interrupt();
        }
    }

    <R extends @Nullable Object, X extends Throwable> R shielded(ScopedValue.CallableOp<R, X> work) throws X {
        shield();
        try {
            return work.call();
        } finally {
            unshield();
        }
    }

    private synchronized void shield() {
        if (shields++ == 0) {
            pending = Thread.interrupted();
        }
    }

    private synchronized void unshield() {
        if (--shields == 0 && pending) {
            pending = false;
            Thread.currentThread().interrupt();
        }
    }
}
