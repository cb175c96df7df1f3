@NullMarked
package io.meridian.inventory.watching;

import org.jspecify.annotations.NullMarked;
