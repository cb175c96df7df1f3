package io.meridian.simulation.schedule;

/** Something that is not as it must be. */
public record Violation(Oracle oracle, String what) {}
