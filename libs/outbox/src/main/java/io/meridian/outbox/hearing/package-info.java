/**
 * Between a poll and a commit. spring-kafka's container polls; here its records are handed to workers, in order for each key; offsets are
 * committed up to the first record that is not finished; a partition that goes is drained first; and how much is in hand at once
 * follows from how it goes, by pausing partitions, never by ceasing to poll.
 */
@NullMarked
package io.meridian.outbox.hearing;

import org.jspecify.annotations.NullMarked;
