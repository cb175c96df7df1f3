package io.meridian.payment.model;

import java.time.Instant;

/**
 * Money the provider has set aside for us.
 *
 * @param reference the provider's own name for it, for people who call the provider
 * @param expiresAt from then on we give it back if nobody confirmed the order
 */
public record Authorisation(String reference, Instant expiresAt) {}
