/**
 * Say it if and only if it happened: an event is appended in the transaction that makes it true, relayed from the write-ahead
 * log to Kafka, and applied once by whoever receives it.
 */
@NullMarked
package io.meridian.outbox;

import org.jspecify.annotations.NullMarked;
