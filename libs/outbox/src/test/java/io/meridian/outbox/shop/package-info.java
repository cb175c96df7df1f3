/** A service with an outbox and an inbox, and tests that break what it stands on. */
@NullMarked
package io.meridian.outbox.shop;

import org.jspecify.annotations.NullMarked;
