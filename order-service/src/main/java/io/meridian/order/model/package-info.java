/** What an order is, which states it can be in and what may follow what; decided here, by pure functions on plain data. */
@NullMarked
package io.meridian.order.model;

import org.jspecify.annotations.NullMarked;
