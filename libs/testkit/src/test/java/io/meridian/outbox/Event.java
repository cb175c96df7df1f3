package io.meridian.outbox;

/** A core that knows only the language. */
public record Event(String id) {}
