/** The truth about stock and holds, in PostgreSQL: one statement for each thing that can happen to them. */
@NullMarked
package io.meridian.inventory.store;

import org.jspecify.annotations.NullMarked;
