package io.meridian.deadline;

import org.jspecify.annotations.Nullable;

/** Whether the caller of a scope is gone, and whom to tell. Shared by a scope and all that were narrowed from it. */
final class Cancellation {

    private final @Nullable Cancellation outer;

    private volatile boolean cancelled;

    /** Guarded by this: a list through the registrations themselves, so that adding one allocates nothing more. */
    private @Nullable Registration first;

    Cancellation() {
        this(null);
    }

    /** @param outer what cancels this one too, as its maker has to see to */
    Cancellation(@Nullable Cancellation outer) {
        this.outer = outer;
    }

    boolean isPartOf(Cancellation other) {
        for (var each = this; each != null; each = each.outer) {
            if (each == other) {
                return true;
            }
        }
        return false;
    }

    boolean isCancelled() {
        return cancelled;
    }

    void cancel() {
        Registration told;
        synchronized (this) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            told = first;
            first = null;
        }
        while (told != null) {
            var next = told.next;
            told.end(Ending.CALLER_GONE);
            told = next;
        }
    }

    /** Returns whether it came too late: then it is not told. */
    synchronized boolean add(Registration registration) {
        if (cancelled) {
            return true;
        }
        registration.next = first;
        if (first != null) {
            first.previous = registration;
        }
        first = registration;
        return false;
    }

    synchronized void remove(Registration registration) {
        if (cancelled) {
            return; // the list is being told, and whoever is in it finds itself closed
        }
        if (registration.previous != null) {
            registration.previous.next = registration.next;
        } else if (first == registration) {
            first = registration.next;
        }
        if (registration.next != null) {
            registration.next.previous = registration.previous;
        }
        registration.previous = null;
        registration.next = null;
    }
}
