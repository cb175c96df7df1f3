package io.meridian.observability;

import io.micrometer.common.docs.KeyName;

/** What spans say of deadlines: times in milliseconds with a tenth. Never the tags of a metric. */
public enum DeadlineAttribute implements KeyName {

    /** On the span of an entry point: what the request was granted. */
    BUDGET("deadline.budget_ms"),

    /** What was left of the request's time when the span began. */
    REMAINING_AT_START("deadline.remaining_start_ms"),

    /** On the span of an entry point: what was left when it ended; negative if that was after the deadline. */
    REMAINING_AT_END("deadline.remaining_end_ms"),

    /** On the span of an entry point whose answer nobody wanted any more when it ended: {@code expired} or {@code caller_gone}. */
    ENDING("deadline.ending"),

    /** On the span of a call: what it was granted. */
    GRANTED("deadline.granted_ms"),

    /** On the span of a call: what was kept back for the way and the answer. */
    RESERVED("deadline.reserved_ms");

    private final String name;

    DeadlineAttribute(String name) {
        this.name = name;
    }

    @Override
    public String asString() {
        return name;
    }
}
