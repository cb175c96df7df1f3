/** The money of one order as data: what it can be, what it can become, and what is said about it. Knows only the JDK. */
@NullMarked
package io.meridian.payment.model;

import org.jspecify.annotations.NullMarked;
