package io.meridian.breaker;

/**
 * Threads by stripes. What all calls count is kept once for each stripe and added up where it is read, as {@code LongAdder} does, so that
 * two processors seldom write the same cache line. Of two threads made one after the other each has a stripe of its own.
 */
final class Stripes {

    /** A power of two; more of them would cost memory and time at every step, and win little beside the total that all share. */
    static final int COUNT = 4;

    /** So many words lie between two that must not share a cache line, nor the pair of lines that processors fetch together: 128 bytes. */
    static final int LINE_LONGS = 16;

    static final int LINE_INTS = 32;

    private Stripes() {}

    /** The stripe of this thread. */
    static int own() {
        return (int) Thread.currentThread().threadId() & (COUNT - 1);
    }
}
