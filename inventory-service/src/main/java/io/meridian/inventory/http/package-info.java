/** The catalogue and its stock over HTTP, for reading. */
@NullMarked
package io.meridian.inventory.http;

import org.jspecify.annotations.NullMarked;
