package io.meridian.deadline.scheduling;

import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.SchedulingAwareRunnable;

/** A scheduled task in a scope; to Spring it looks like the task itself, which may name the scheduler it wants. */
record ScopedTask(Runnable task, ScheduledScopes scopes) implements SchedulingAwareRunnable {

    @Override
    public void run() {
        scopes.run(task);
    }

    @Override
    public boolean isLongLived() {
        return task instanceof SchedulingAwareRunnable aware && aware.isLongLived();
    }

    @Override
    public @Nullable String getQualifier() {
        return task instanceof SchedulingAwareRunnable aware ? aware.getQualifier() : null;
    }

    @Override
    public String toString() {
        return task.toString();
    }
}
