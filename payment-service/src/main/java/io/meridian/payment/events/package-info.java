/** What payment hears about orders and what it tells about their money, over Kafka. */
@NullMarked
package io.meridian.payment.events;

import org.jspecify.annotations.NullMarked;
