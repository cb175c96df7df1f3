package io.meridian.deadline.scheduling;

import io.meridian.deadline.DeadlineScope;
import java.util.concurrent.RunnableScheduledFuture;
import org.springframework.core.task.TaskDecorator;

/**
 * A task given to an executor works for the scope of whoever gave it, as {@code @Async} methods do. It is interrupted with that scope,
 * and at once if that has ended while the task waited for a thread; it is run all the same, since somebody may wait for its future.
 *
 * <p>A task given outside any scope stays outside: the executor does not know what it is for or how long it may take. So does
 * one that a scheduler has put off, which runs when the scope it was given in is long over; {@link ScheduledScopes} gives those that
 * Spring runs regularly a scope of their own.
 */
public final class CarryingTaskDecorator implements TaskDecorator {

    @Override
    public Runnable decorate(Runnable task) {
        return task instanceof RunnableScheduledFuture<?> ? task : DeadlineScope.carrying(task);
    }
}
