/** The cache of products in Redis, which may be late, empty or gone without changing any outcome. */
@NullMarked
package io.meridian.inventory.redis;

import org.jspecify.annotations.NullMarked;
