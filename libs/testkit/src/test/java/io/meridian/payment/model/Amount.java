package io.meridian.payment.model;

import java.time.Instant;

/** A model that knows only the language. */
public record Amount(long cents, Instant at) {}
