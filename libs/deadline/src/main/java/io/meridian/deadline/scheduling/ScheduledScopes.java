package io.meridian.deadline.scheduling;

import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import java.time.Duration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;

/**
 * Gives each run of a scheduled task a root scope named {@value #NAME} with a budget of its own: of {@code @Scheduled} methods and of the
 * tasks that a {@link SchedulingConfigurer} adds, whichever scheduler runs them and however they are triggered. What is given to a
 * {@code TaskScheduler} bean directly has the same by {@link ScopedSchedulers}; elsewhere it goes through {@link #scoped}.
 *
 * <p>A task that takes longer is interrupted, and its next run has a new budget. Work that may take longer than the others
 * says so with {@link DeadlineScope#detached}.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
public final class ScheduledScopes implements SchedulingConfigurer {

    static final String NAME = "scheduled";

    private final Duration budget;
    private final DeadlineListener listener;

    /**
     * @param budget of each run
     * @throws IllegalArgumentException if it is not positive
     */
    public ScheduledScopes(Duration budget, DeadlineListener listener) {
        if (!budget.isPositive()) {
            throw new IllegalArgumentException("the budget of a scheduled task must be positive, was " + budget);
        }
        this.budget = budget;
        this.listener = listener;
    }

    /** Last of all configurers, so that it wraps the scheduler that they have decided on. */
    @Override
    public void configureTasks(ScheduledTaskRegistrar tasks) {
        var scheduler = tasks.getScheduler();
        if (scheduler != null) {
            tasks.setTaskScheduler(new ScopedTaskScheduler(scheduler, this));
        }
    }

    /** {@code task}, each run of which has a scope of its own. */
    public Runnable scoped(Runnable task) {
        return new ScopedTask(task, this);
    }

    void run(Runnable task) {
        if (DeadlineScope.currentOrNull() != null) {
            task.run(); // opened by whoever runs it
            return;
        }
        var start = System.nanoTime();
        var scope = DeadlineScope.root(NAME, Deadline.since(start, budget));
        listener.opened(scope);
        try {
            scope.run(task);
        } finally {
            listener.closed(scope, budget, Duration.ofNanos(System.nanoTime() - start));
        }
    }
}
