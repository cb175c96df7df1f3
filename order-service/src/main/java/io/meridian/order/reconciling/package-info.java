/**
 * Compares what the order service has with what payment and inventory have, and tells what differs. Changes nothing: what is wrong is for
 * a person to put right.
 */
@NullMarked
package io.meridian.order.reconciling;

import org.jspecify.annotations.NullMarked;
