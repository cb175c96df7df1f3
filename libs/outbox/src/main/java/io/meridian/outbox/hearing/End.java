package io.meridian.outbox.hearing;

import io.meridian.outbox.Outcome;

/** How the work on a record ended. */
sealed interface End {

    /** Something became of it, and its offset may be committed. */
    record Decided(Outcome outcome) implements End {}

    /** It was acknowledged, and nothing became of it. */
    record Dropped() implements End {}

    /** The listener came back without acknowledging; it may do so later. */
    record Open() implements End {}

    /** It was cancelled, and whoever has its partition next receives it again. */
    record Returned() implements End {}
}
