package io.meridian.deadline.autoconfigure;

import io.meridian.deadline.kafka.ListenerSettings;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of {@code meridian.deadline.kafka}.
 *
 * @param budget the most a listener may take for one record, or one batch, before it is interrupted; in any case at most half of the
 *     consumer's {@code max.poll.interval.ms}; more than zero
 * @param skewGuard how far apart the clocks of a command's sender and receiver may be without the command expiring early; zero for
 *     clocks that do not differ, at most a minute
 */
@ConfigurationProperties("meridian.deadline.kafka")
record KafkaDeadlineProperties(@DefaultValue("30s") Duration budget, @DefaultValue("500ms") Duration skewGuard) {

    ListenerSettings settings() {
        return new ListenerSettings(budget, skewGuard);
    }
}
