package io.meridian.deadline.kafka;

import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.Stage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.DelegatingMessageListener;
import org.springframework.kafka.listener.MessageListener;

/**
 * Opens a scope for each record a listener is given, or for each batch. A handler that exceeds its budget is interrupted; if it then
 * fails, it fails with a {@link ScopeEndedException} caused by a {@link TimeoutException}, for the container's error handler to try
 * again as it tries transient failures, and what the handler itself threw is suppressed in it: an interrupt surfaces as anything, a
 * lost connection for example, and must not be taken for that. If it completes, it has completed, however late.
 */
public final class ListenerScopes {

    /** The kind of entry point. */
    public static final String NAME = "kafka";

    private final ListenerSettings settings;
    private final ExpiredCommandHandler expired;
    private final DeadlineListener listener;
    private final InstantSource clock;
    private final Function<Duration, Deadline> deadlines;
    private final LongSupplier nanoClock;

    /**
     * @param expired answers for commands whose deadline has passed
     * @param clock what commands' deadlines are compared with
     */
    public ListenerScopes(
            ListenerSettings settings, ExpiredCommandHandler expired, DeadlineListener listener, InstantSource clock) {
        this(settings, expired, listener, clock, Deadline::after, System::nanoTime);
    }

    ListenerScopes(
            ListenerSettings settings,
            ExpiredCommandHandler expired,
            DeadlineListener listener,
            InstantSource clock,
            Function<Duration, Deadline> deadlines,
            LongSupplier nanoClock) {
        this.settings = settings;
        this.expired = expired;
        this.listener = listener;
        this.clock = clock;
        this.deadlines = deadlines;
        this.nanoClock = nanoClock;
    }

    /**
     * The listener inside scopes, of the same kind as far as its container can tell; as it is if it is inside already or of no kind
     * that is known here.
     *
     * @param commands whether its records are commands
     * @param maxPollInterval of the consumer that calls it
     * @throws IllegalArgumentException for commands in batches
     */
    public Object around(Object messageListener, boolean commands, Duration maxPollInterval) {
        if (isScoped(messageListener)) {
            return messageListener;
        }
        var budget = settings.budgetWithin(maxPollInterval);
        return switch (messageListener) {
            case MessageListener<?, ?> records -> new ScopedListener<>(records, this, commands, budget);
            case BatchMessageListener<?, ?> _ when commands ->
                throw new IllegalArgumentException("commands are received one by one, but their listener takes batches: "
                        + messageListener.getClass().getName());
            case BatchMessageListener<?, ?> batches -> new ScopedBatchListener<>(batches, this, budget);
            default -> messageListener;
        };
    }

    private static boolean isScoped(Object messageListener) {
        Object inner = messageListener;
        while (inner instanceof DelegatingMessageListener<?> outer && !(inner instanceof Scoped)) {
            inner = outer.getDelegate();
        }
        return inner instanceof Scoped;
    }

    /** Marks what is inside a scope already. */
    interface Scoped {}

    /** Runs {@code handler}, or tells that the command has expired and runs {@code done}. */
    void command(ConsumerRecord<?, ?> command, Duration budget, Runnable handler, Runnable done) {
        var deadline = read(command);
        var remaining = deadline == null ? budget : deadline.remaining(clock.instant(), settings.skewGuard());
        if (deadline == null || remaining.isPositive()) {
            within(remaining.compareTo(budget) < 0 ? remaining : budget, () -> "handling " + name(command), handler);
            return;
        }
        listener.refusedAtEntry(NAME);
        within(budget, () -> "telling that a command has expired, " + name(command), () -> {
            expired.expired(command, deadline.deadline());
            done.run();
        });
    }

    private @Nullable CommandDeadline read(ConsumerRecord<?, ?> command) {
        try {
            return CommandDeadline.of(command).orElse(null);
        } catch (MalformedDeadlineException malformed) {
            listener.malformed(malformed.header());
            throw malformed;
        }
    }

    void fact(ConsumerRecord<?, ?> fact, Duration budget, Runnable handler) {
        within(budget, () -> "handling " + name(fact), handler);
    }

    void within(Duration budget, Supplier<String> what, Runnable handler) {
        var scope = DeadlineScope.root(NAME, deadlines.apply(budget));
        var begun = nanoClock.getAsLong();
        listener.opened(scope);
        try {
            scope.run(handler);
        } catch (RuntimeException failure) {
            throw scope.ending().<RuntimeException>map(ending -> stopped(ending, budget, what.get(), failure)).orElse(failure);
        } finally {
            listener.closed(scope, budget, Duration.ofNanos(nanoClock.getAsLong() - begun));
        }
    }

    private ScopeEndedException stopped(Ending ending, Duration budget, String what, RuntimeException failure) {
        listener.stopped(Stage.MESSAGE, ending);
        var ended = new ScopeEndedException(ending, what, new TimeoutException("not done within " + budget));
        ended.addSuppressed(failure);
        return ended;
    }

    private static String name(ConsumerRecord<?, ?> record) {
        return record.topic() + "-" + record.partition() + "@" + record.offset();
    }
}
