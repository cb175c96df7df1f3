package io.meridian.payment.authorising;

import io.meridian.payment.model.Payment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The payments that somebody is still at: the provider was asked, or is about to be, and what became of it is not written; or nobody
 * confirmed them in time and they have not been given back yet. For those who look after them: people, alarms, figures.
 */
public interface Backlog {

    /** @param stuckBefore what has been so since then or longer is stuck */
    Figures figures(Instant now, Instant stuckBefore);

    /** Up to {@code most} of those that have been so since {@code before} or longer, the oldest first. */
    List<Open> open(Instant now, Instant before, int most);

    /**
     * How much there is.
     *
     * @param unfinished all of it
     * @param stuck what of it has been so for too long
     * @param oldest for how long the oldest has been so; zero if there is none
     */
    record Figures(long unfinished, long stuck, Duration oldest) {}

    /**
     * A payment that is not finished.
     *
     * @param since when it came into this state, or its time was over
     */
    record Open(Payment payment, Instant since) {}
}
