package io.meridian.deadline;

/** Stands for the deadline of a request. */
public record Deadline(long atNanos) {}
