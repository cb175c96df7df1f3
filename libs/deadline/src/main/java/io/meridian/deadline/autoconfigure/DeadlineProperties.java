package io.meridian.deadline.autoconfigure;

import io.meridian.deadline.MissingDeadline;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of {@code meridian.deadline} that every leg shares.
 *
 * @param enabled whether deadlines are kept at all; without them the service behaves as if the starter were absent
 * @param missing whether a call outside any scope is counted and made, or refused, which tests do
 */
@ConfigurationProperties("meridian.deadline")
record DeadlineProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("count") MissingDeadline.Policy missing) {}
