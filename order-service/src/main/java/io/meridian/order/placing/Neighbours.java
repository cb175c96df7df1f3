package io.meridian.order.placing;

import java.time.Duration;

/** Knows whether those who are needed to place an order can be asked at the moment. Asked before anything is written. */
public interface Neighbours {

    /** They can always be asked. */
    Neighbours ALWAYS_THERE = () -> new Answer.There(() -> {});

    Answer ask();

    /** What it knows. */
    sealed interface Answer {

        /** They can be asked, or it is found out by this order whether they can again. */
        record There(Runnable placed) implements Answer, AutoCloseable {

            /** The order has been placed, or not: they have been asked. */
            @Override
            public void close() {
                placed.run();
            }
        }

        /**
         * An order would fail.
         *
         * @param who is away, as one word
         * @param retryAfter when it is worth asking again
         */
        record Away(String who, Duration retryAfter) implements Answer {}
    }
}
