/** The journal, the log and the views of orders in PostgreSQL: few statements, each of them whole. */
@NullMarked
package io.meridian.order.store;

import org.jspecify.annotations.NullMarked;
