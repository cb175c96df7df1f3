/** What every reader of the log has to do, on a real PostgreSQL. */
@NullMarked
package io.meridian.outbox.changelog;

import org.jspecify.annotations.NullMarked;
