package io.meridian.deadline;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** A hook that waits for the end of its scope. */
public final class Registration extends DeadlineTimer.Entry implements AutoCloseable {

    private static final VarHandle DONE;

    static {
        try {
            DONE = MethodHandles.lookup().findVarHandle(Registration.class, "done", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Cancellation cancellation;
    private final DeadlineScope.Hook hook;

    @SuppressWarnings("unused") // by DONE
    private volatile boolean done;

    @Nullable Registration next;

    @Nullable Registration previous;

    private Registration(Cancellation cancellation, DeadlineScope.Hook hook) {
        this.cancellation = cancellation;
        this.hook = hook;
    }

    static Registration of(Deadline deadline, Cancellation cancellation, DeadlineScope.Hook hook) {
        var registration = new Registration(cancellation, hook);
        if (cancellation.add(registration)) {
            registration.end(Ending.CALLER_GONE);
        } else if (deadline.hasPassed()) {
            registration.end(Ending.EXPIRED);
        } else if (deadline.isOnMachineClock()) {
            DeadlineTimer.SHARED.schedule(registration, deadline.atNanos());
            if (registration.done) {
                DeadlineTimer.SHARED.cancel(registration); // ended before the timer knew it
            }
        }
        return registration;
    }

    /** Forgets the hook. If the scope ended just before this, the hook may be about to run or running. */
    @Override
    public void close() {
        if (DONE.compareAndSet(this, false, true)) {
            cancellation.remove(this);
            DeadlineTimer.SHARED.cancel(this);
        }
    }

    void end(Ending ending) {
        if (DONE.compareAndSet(this, false, true)) {
            if (ending == Ending.CALLER_GONE) {
                DeadlineTimer.SHARED.cancel(this);
            } else {
                cancellation.remove(this);
            }
            tell(ending);
        }
    }

    /** A hook's fault must not cost the others their end, nor the caller of {@code cancel} its way. */
    private void tell(Ending ending) {
        try {
            hook.ended(ending);
        } catch (RuntimeException | Error e) {
            var thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
    }

    @Override
    void due() {
        end(Ending.EXPIRED);
    }
}
