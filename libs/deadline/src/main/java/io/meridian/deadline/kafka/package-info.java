/**
 * What a Kafka listener may take. Every record is handled in a scope of its own, below the time after which its consumer would lose
 * the partition.
 *
 * <p>A record is one of two things. A <em>fact</em> says what happened: it never expires, and nobody's deadline comes with it. A
 * <em>command</em> asks for something that somebody waits for: it carries the moment after which nobody does, in
 * {@link io.meridian.deadline.kafka.CommandDeadline two headers}, and a {@link io.meridian.deadline.kafka.CommandListener} does not carry
 * it out after that.
 *
 * <p>There is no leg for the producer. Its timeouts are the producer's and not the record's, and a record that was given up may be
 * written all the same. So nothing is produced while a caller waits: what a request has to say goes into its transaction, and an
 * outbox says it.
 */
@NullMarked
package io.meridian.deadline.kafka;

import org.jspecify.annotations.NullMarked;
