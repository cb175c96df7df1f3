/**
 * Commands to Redis end with the scope they are begun in, by way of Lettuce and whatever is built on it.
 *
 * <p>What that does not do: a command that Redis has received is carried out even if nobody waits for its answer any more. And a
 * connection that was lost makes Lettuce send the unanswered commands again, so that one that is not idempotent can happen twice;
 * those whose scope has ended are never sent again, and a client that refuses commands while it is not connected
 * ({@code REJECT_COMMANDS}) keeps none for later. What must happen at most once is a script with a token of its own.
 */
@NullMarked
package io.meridian.deadline.redis;

import org.jspecify.annotations.NullMarked;
