package io.meridian.order;

import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineScope;

/** Breach: a deadline belongs to one request. */
public final class WiringThatKeepsADeadline {

    static final Deadline FOR_ALL = new Deadline(1);
    static final DeadlineScope SCOPE_FOR_ALL = DeadlineScope.root("all", FOR_ALL);

    private WiringThatKeepsADeadline() {}
}
