package io.meridian.breaker.shedding;

import io.meridian.breaker.Breaker;
import org.jspecify.annotations.Nullable;

/** What a {@link WaitingRoom} knows of one call. Written in the room alone, but for the thread that waits. */
final class Ticket {

    enum State {
        WAITING,
        WORKING,
        OUT,
        REFUSED,
        GONE
    }

    final Importance importance;
    final long arrivedNanos;
    private final long remainingNanos;

    volatile State state = State.WAITING;

    /** Who sleeps until it is decided; written by that thread. */
    volatile @Nullable Thread waiter;

    long begunNanos;

    /** Since when it waits for somebody else, and for how long it had before. */
    long outSinceNanos;

    long outNanos;

    /** Set before the state says that it was refused. */
    @Nullable Refusal refusal;

    /** The neighbours in the line. */
    @Nullable Ticket older;

    @Nullable Ticket newer;

    Ticket(Importance importance, long remainingNanos, long arrivedNanos) {
        this.importance = importance;
        this.remainingNanos = remainingNanos;
        this.arrivedNanos = arrivedNanos;
    }

    Priority priority() {
        return importance.priority();
    }

    /** From 0, the most important. */
    int rank() {
        return priority().ordinal() * Importance.GROUPS + importance.group();
    }

    long ageNanos(long now) {
        return now - arrivedNanos;
    }

    /** For how long the answer is still wanted. */
    long leftNanos(long now) {
        return remainingNanos == Breaker.NO_DEADLINE ? Breaker.NO_DEADLINE : remainingNanos - ageNanos(now);
    }
}
