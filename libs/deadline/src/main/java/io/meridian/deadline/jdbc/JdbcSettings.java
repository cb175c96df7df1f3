package io.meridian.deadline.jdbc;

import java.time.Duration;

/**
 * How statements are bound.
 *
 * @param together whether the server is told of the timeout in the same round trip as the statement it is for, where that is possible;
 *     otherwise it costs a round trip of its own
 * @param slack a transaction's later statements keep the timeout the server was told before, as long as they can end no more than this
 *     after the deadline, 0 to 1 s
 * @param patience how long after the deadline a statement is cancelled that the server should have ended by itself, 1 ms to 10 s
 */
public record JdbcSettings(boolean together, Duration slack, Duration patience) {

    /** The most slack there can be. */
    public static final Duration MOST_SLACK = Duration.ofSeconds(1);

    /** The most patience there can be. */
    public static final Duration MOST_PATIENCE = Duration.ofSeconds(10);

    /** In one round trip; 10 ms of slack, so that the statements of a short transaction need it once; 20 ms of patience. */
    public static final JdbcSettings USUAL = new JdbcSettings(true, Duration.ofMillis(10), Duration.ofMillis(20));

    public JdbcSettings {
        if (slack.isNegative() || slack.compareTo(MOST_SLACK) > 0) {
            throw new IllegalArgumentException("slack must be in 0..1s, was " + slack);
        }
        if (patience.toMillis() < 1 || patience.compareTo(MOST_PATIENCE) > 0) {
            throw new IllegalArgumentException("patience must be in 1ms..10s, was " + patience);
        }
    }
}
