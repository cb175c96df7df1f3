package io.meridian.observability;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter.Type;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/**
 * What becomes of deadlines. The one to watch is {@link #AFTER_EXPIRY}: work that goes on after the deadline is done for nobody. The
 * one to look at when requests expire is {@link #EXPIRED}: its stage says where their time went.
 */
public enum DeadlineMeter implements MeterDocumentation {

    /** What requests were granted when they came in; counts them as well. */
    BUDGET("meridian.deadline.budget", Type.TIMER, DeadlineTag.ENTRY),

    /** Requests whose work has ended: {@code in_time}, or {@code expired} or {@code caller_gone} if nobody waited by then. */
    ENDED("meridian.deadline.ended", Type.COUNTER, DeadlineTag.ENTRY, DeadlineTag.ENDING),

    /** How long work went on after the deadline of its request; only that which did. */
    AFTER_EXPIRY("meridian.deadline.after.expiry", Type.TIMER, DeadlineTag.ENTRY),

    /** What calls to a neighbour were granted; counts them as well. */
    GRANTED("meridian.deadline.granted", Type.TIMER, DeadlineTag.HOP),

    /** What was kept back of the remaining time for the way to a neighbour and for the answer. */
    RESERVED("meridian.deadline.reserved", Type.TIMER, DeadlineTag.HOP),

    /** How long calls to a neighbour took. */
    USED("meridian.deadline.used", Type.TIMER, DeadlineTag.HOP),

    /** Work that was not begun because too little time was left for it: a request at an entry, or a call to a neighbour. */
    REFUSED("meridian.deadline.refused", Type.COUNTER, DeadlineTag.AT, DeadlineTag.NAME),

    /** Work that was given up, because its deadline passed or its caller was gone. */
    EXPIRED("meridian.deadline.expired", Type.COUNTER, DeadlineTag.STAGE, DeadlineTag.ENDING),

    /** Calls that nobody had set a bound to: a scope was lost on the way, or never opened. */
    MISSING("meridian.deadline.missing", Type.COUNTER, DeadlineTag.STAGE),

    /** Timeouts of callers that could not be read. */
    MALFORMED("meridian.deadline.malformed", Type.COUNTER, DeadlineTag.HEADER);

    private final String name;
    private final Type type;
    private final KeyName[] tags;

    DeadlineMeter(String name, Type type, KeyName... tags) {
        this.name = name;
        this.type = type;
        this.tags = tags;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public Type getType() {
        return type;
    }

    @Override
    public KeyName[] getKeyNames() {
        return tags.clone();
    }

    /** The tags of these meters; each takes few values, the last of which is {@code other} should there be many after all. */
    public enum DeadlineTag implements KeyName {

        /** The kind of entry point, such as {@code http}. */
        ENTRY("entry"),

        /** The neighbour that was called, such as {@code inventory}. */
        HOP("hop"),

        /** {@code entry} or {@code hop}: what {@link #NAME} is the name of. */
        AT("at"),

        /** The entry point or the neighbour. */
        NAME("name"),

        /** Where the time was spent when it ran out, in lower case, such as {@code statement}. */
        STAGE("stage"),

        /** {@code expired} or {@code caller_gone}; of what has ended also {@code in_time}. */
        ENDING("ending"),

        /** The header that was malformed. */
        HEADER("header");

        private final String name;

        DeadlineTag(String name) {
            this.name = name;
        }

        @Override
        public String asString() {
            return name;
        }
    }
}
