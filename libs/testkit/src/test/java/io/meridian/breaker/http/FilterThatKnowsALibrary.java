package io.meridian.breaker.http;

import io.meridian.outbox.Event;

/** Breach: libraries know nobody. */
public record FilterThatKnowsALibrary(Event event) {}
