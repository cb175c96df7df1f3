/** The wire: CloudEvents in Kafka records, what is retried and for how long, and where the rest goes. */
@NullMarked
package io.meridian.outbox.kafka;

import org.jspecify.annotations.NullMarked;
