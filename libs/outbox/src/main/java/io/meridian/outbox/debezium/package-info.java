/** Reads the outbox through an embedded Debezium; needs Debezium beside the starter, which does not bring it. */
@NullMarked
package io.meridian.outbox.debezium;

import org.jspecify.annotations.NullMarked;
