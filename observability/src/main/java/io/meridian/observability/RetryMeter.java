package io.meridian.observability;

import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter.Type;
import io.micrometer.core.instrument.docs.MeterDocumentation;

/**
 * Requests that are sent a second time. The one to watch in an outage is {@link #ATTEMPTS} beside the requests: together they are what the
 * dependency gets, and more than a fifth on top would make its outage worse.
 */
public enum RetryMeter implements MeterDocumentation {

    /**
     * Requests that failed and could be sent again. They were, and then {@code answered} or {@code failed}; or they were not, because
     * of the budget ({@code without_budget}) or the deadline ({@code without_time}).
     */
    ATTEMPTS("meridian.retry.attempts", Type.COUNTER, RetryTag.OF, RetryTag.OUTCOME),

    /**
     * Reads that were silent for longer than usual, and so could be asked of someone else as well. They were, and that one was sooner
     * ({@code won}), or not ({@code lost}), or both {@code failed}; or they were not, because of the budget
     * ({@code without_budget}).
     */
    HEDGES("meridian.hedge.attempts", Type.COUNTER, RetryTag.OF, RetryTag.OUTCOME),

    /** How many repetitions a dependency's budget could pay for at this moment. */
    BUDGET("meridian.retry.budget", Type.GAUGE, RetryTag.OF),

    /** How often something was to be paid from a dependency's budget, {@code allowed} or {@code denied}. */
    WITHDRAWALS("meridian.retry.budget.withdrawals", Type.COUNTER, RetryTag.OF, RetryTag.OUTCOME);

    private final String name;
    private final Type type;
    private final KeyName[] tags;

    RetryMeter(String name, Type type, KeyName... tags) {
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

    /** The tags of these meters; each takes few values. */
    public enum RetryTag implements KeyName {

        /** What is asked: the kind of request, such as {@code order-reading}; of a budget the dependency, such as {@code order}. */
        OF("of"),

        /** What became of it. */
        OUTCOME("outcome");

        private final String name;

        RetryTag(String name) {
            this.name = name;
        }

        @Override
        public String asString() {
            return name;
        }
    }
}
