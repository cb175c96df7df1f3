package io.meridian.deadline.reactor;

import io.meridian.deadline.DeadlineScope;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Where the scope of a subscription is kept: in the Reactor context, which goes with the subscription over all threads.
 *
 * <pre>{@code
 * answer.contextWrite(ReactorScope.of(scope))                         // everything above this line belongs to the scope
 * Mono.deferContextual(context -> ReactorScope.in(context) ...)       // and can ask for it
 * }</pre>
 */
public final class ReactorScope {

    /** The key; nobody else writes it. */
    private static final Object KEY = DeadlineScope.class;

    private ReactorScope() {}

    /** For {@code contextWrite}: what is upstream of it belongs to {@code scope}. */
    public static UnaryOperator<Context> of(DeadlineScope scope) {
        return context -> context.put(KEY, scope);
    }

    /** The scope that a subscription belongs to, see {@link #inOrNull}. */
    public static Optional<DeadlineScope> in(ContextView context) {
        return Optional.ofNullable(inOrNull(context));
    }

    /**
     * The scope that a subscription belongs to: the one in its context or, where none was written, the one of the thread that
     * subscribes, as in {@code block()} on a servlet's thread. Null outside of any.
     */
    public static @Nullable DeadlineScope inOrNull(ContextView context) {
        DeadlineScope written = context.getOrDefault(KEY, null);
        return written == null ? DeadlineScope.currentOrNull() : written;
    }
}
