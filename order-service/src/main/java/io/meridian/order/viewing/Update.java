package io.meridian.order.viewing;

import io.meridian.order.model.Step;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of an order's log.
 *
 * @param sequence counts the order's lines from 1
 * @param reason null if the step says it all
 */
public record Update(long sequence, Step step, @Nullable String reason, Instant at) {}
