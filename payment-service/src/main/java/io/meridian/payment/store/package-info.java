/** The payments and their journal in PostgreSQL. */
@NullMarked
package io.meridian.payment.store;

import org.jspecify.annotations.NullMarked;
