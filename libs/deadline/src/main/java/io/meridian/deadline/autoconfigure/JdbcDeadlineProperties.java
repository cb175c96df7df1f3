package io.meridian.deadline.autoconfigure;

import io.meridian.deadline.jdbc.JdbcSettings;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of deadlines on database connections.
 *
 * @param enabled whether data sources keep deadlines
 * @param together whether the server is told of a statement's timeout in the same round trip as the statement; if not, it costs a round
 *     trip of its own per transaction, and statements outside transactions are cancelled from here
 * @param slack a transaction's later statements keep the timeout the server was told before if they can end no more than this after the
 *     deadline, 0 to 1 s; 0 tells it anew whenever a millisecond has passed
 * @param patience how long after the deadline a statement is cancelled that the server should have ended by itself, 1 ms to 10 s
 */
@ConfigurationProperties("meridian.deadline.jdbc")
record JdbcDeadlineProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("true") boolean together,
        @DefaultValue("10ms") Duration slack,
        @DefaultValue("20ms") Duration patience) {

    JdbcDeadlineProperties {
        if (slack.isNegative() || slack.compareTo(JdbcSettings.MOST_SLACK) > 0) {
            throw new IllegalArgumentException("meridian.deadline.jdbc.slack must be in 0..1s, was " + slack);
        }
        if (patience.toMillis() < 1 || patience.compareTo(JdbcSettings.MOST_PATIENCE) > 0) {
            throw new IllegalArgumentException("meridian.deadline.jdbc.patience must be in 1ms..10s, was " + patience);
        }
    }

    JdbcSettings settings() {
        return new JdbcSettings(together, slack, patience);
    }
}
