/** The door of a servlet container. */
@NullMarked
package io.meridian.breaker.servlet;

import org.jspecify.annotations.NullMarked;
