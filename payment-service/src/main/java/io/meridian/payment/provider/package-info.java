/** The provider of cards: how long we wait for one, and the demo's own, which behaves like a system elsewhere. */
@NullMarked
package io.meridian.payment.provider;

import org.jspecify.annotations.NullMarked;
