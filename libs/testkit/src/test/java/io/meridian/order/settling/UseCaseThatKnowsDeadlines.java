package io.meridian.order.settling;

import io.meridian.deadline.Deadline;

/** Breach: a use case is told how long it has in plain Java. */
public record UseCaseThatKnowsDeadlines(Deadline deadline) {}
