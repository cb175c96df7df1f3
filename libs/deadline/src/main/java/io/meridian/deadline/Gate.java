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

        /** Its code has yet to be interrupted: a shield was up, or the code of an inner guest may have taken it. */
        private boolean owed;

        Guest(Thread thread) {
            this.thread = thread;
        }

        final Thread thread() {
            return thread;
        }
    }

    private @Nullable Guest innermost;
    private int shields;

    /** The thread was interrupted already, for whatever reason, when the first shield went up. */
    private boolean pending;

    /** By the guest's thread. An interrupt that is there already may be taken by the new guest's code instead of an outer one's. */
    synchronized void enter(Guest guest) {
        if (shields == 0 && guest.thread.isInterrupted()) {
            for (var outer = innermost; outer != null; outer = outer.outer) {
                outer.owed |= outer.raised;
            }
        }
        guest.outer = innermost;
        innermost = guest;
    }

    synchronized void interrupt(Guest guest) {
        if (guest.gone) {
            return;
        }
        guest.raised = true;
        guest.owed = shields > 0 || guest != innermost;
        if (shields == 0) {
            guest.thread.interrupt();
        }
    }

    /** Takes back what was raised for this guest and nobody took; raises again what is owed to an outer one. */
    synchronized void leave(Guest guest) {
        guest.gone = true;
        innermost = guest.outer;
        if (shields > 0) {
            return; // nothing was raised since the shield went up, which was before this guest came
        }
        var again = isOwed();
        if (guest.raised || again) {
            var _ = Thread.interrupted();
        }
        if (again) {
            raiseAgain();
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
        if (--shields == 0 && (pending || isOwed())) {
            pending = false;
            raiseAgain();
        }
    }

    private boolean isOwed() {
        for (var guest = innermost; guest != null; guest = guest.outer) {
            if (guest.owed) {
                return true;
            }
        }
        return false;
    }

    /** The innermost guest's code gets it; to those further out it stays owed, for that code may take it. */
    private void raiseAgain() {
        if (innermost != null) {
            innermost.owed = false;
        }
        Thread.currentThread().interrupt();
    }
}
