/** Moves events from the change log to the publisher and confirms what has arrived; knows neither PostgreSQL nor Kafka. */
@NullMarked
package io.meridian.outbox.relay;

import org.jspecify.annotations.NullMarked;
