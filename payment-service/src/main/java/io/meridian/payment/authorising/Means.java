package io.meridian.payment.authorising;

import java.time.InstantSource;

/** What every use case works with. */
public record Means(
        Payments payments, Provider provider, Decisions decisions, Patience patience, InstantSource clock) {}
