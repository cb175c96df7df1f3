package io.meridian.breaker;

import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Knows what an exception says about whoever was asked. Each service may know some of its own; all are asked before {@link #USUAL}. */
@FunctionalInterface
public interface Faults {

    /** What became of a call that ended with {@code thrown}; null if these are not among those it knows. */
    @Nullable Outcome outcomeOf(Throwable thrown);

    /**
     * What exceptions of the JDK mean: a call that was interrupted, cancelled or refused by another breaker says nothing, one that timed
     * out says how long it did not answer. Knows nothing of any other.
     */
    Faults USUAL = thrown -> switch (thrown) {
        case CallRejectedException _, InterruptedException _, CancellationException _, ClosedByInterruptException _ ->
            Outcome.IGNORED;
        case TimeoutException _, SocketTimeoutException _, HttpTimeoutException _ -> Outcome.TIMED_OUT;
        case InterruptedIOException _ -> Outcome.IGNORED;
        default -> null;
    };

    /** The first of these that knows, {@link #USUAL} the last; what wraps an exception of another thread is taken off. */
    static Faults of(List<? extends Faults> some) {
        var all = List.<Faults>copyOf(some);
        return thrown -> {
            var bare = unwrapped(thrown);
            for (var faults : all) {
                var known = faults.outcomeOf(bare);
                if (known != null) {
                    return known;
                }
            }
            return USUAL.outcomeOf(bare);
        };
    }

    private static Throwable unwrapped(Throwable thrown) {
        var cause = thrown.getCause();
        return cause != null && (thrown instanceof CompletionException || thrown instanceof ExecutionException)
                ? cause
                : thrown;
    }
}
