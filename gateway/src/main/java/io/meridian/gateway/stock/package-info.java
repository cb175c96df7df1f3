/** What is known here of the stock, and is told instead of nothing while inventory is away. */
@NullMarked
package io.meridian.gateway.stock;

import org.jspecify.annotations.NullMarked;
