package io.meridian.breaker;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls through the breakers of a service, each under its dependency's name:
 *
 * <pre>{@code
 * var price = guard.call("prices", () -> prices.of(sku));
 * }</pre>
 *
 * <p>A call that returns has succeeded, whatever it returns. One that throws is judged by {@link Faults}; of what those do not know it
 * has run out of time if by then none is left, and failed otherwise. A call that is refused is not made, and throws
 * {@link CallRejectedException}. A {@link CompletionStage} that is returned is the call until it completes; any other answer that comes
 * later, as a stream does, is none of this guard's.
 */
public final class Guard {

    /** What is guarded. */
    @FunctionalInterface
    public interface Call<T extends @Nullable Object, X extends Throwable> {
        T make() throws X;
    }

    private final Breakers breakers;
    private final RemainingTime remaining;
    private final Faults faults;

    public Guard(Breakers breakers, RemainingTime remaining, Faults faults) {
        this.breakers = breakers;
        this.remaining = remaining;
        this.faults = faults;
    }

    /**
     * Makes a call.
     *
     * @param name the dependency's: a constant of the program, because each gets a breaker that stays
     * @throws CallRejectedException if it is not made
     * @throws X what the call throws
     */
    public <T extends @Nullable Object, X extends Throwable> T call(String name, Call<T, X> call) throws X {
        return call(name, _ -> null, call);
    }

    /**
     * Makes a call of which more is known.
     *
     * @param own asked before all others what an exception of this call means
     */
    public <T extends @Nullable Object, X extends Throwable> T call(String name, Faults own, Call<T, X> call) throws X {
        var passage = Passage.through(breakers.named(name), remaining.nanos());
        try {
            var answer = call.make();
            if (answer instanceof CompletionStage<?> later) {
                end(passage, own, later);
            } else {
                passage.end(Outcome.SUCCEEDED);
            }
            return answer;
        } catch (Throwable thrown) {
            passage.end(judge(own, thrown));
            throw thrown;
        }
    }

    private void end(Passage passage, Faults own, CompletionStage<?> later) {
        var _ = later.whenComplete(
                (_, thrown) -> passage.end(thrown == null ? Outcome.SUCCEEDED : judge(own, thrown)));
    }

    private Outcome judge(Faults own, Throwable thrown) {
        var known = own.outcomeOf(thrown);
        if (known == null) {
            known = faults.outcomeOf(thrown);
        }
        if (known == null) {
            known = remaining.nanos() <= 0 ? Outcome.TIMED_OUT : Outcome.FAILED;
        }
        return known;
    }
}
