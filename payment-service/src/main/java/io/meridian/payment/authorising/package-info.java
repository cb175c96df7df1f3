/**
 * What is done with the money of an order. {@link io.meridian.payment.authorising.Authorise} reserves it,
 * {@link io.meridian.payment.authorising.Capture} takes it, {@link io.meridian.payment.authorising.Undo} gives it back, and
 * {@link io.meridian.payment.authorising.FinishOverdue} ends what the other three could not. All follow one rule: the intent is
 * written first, the provider is asked outside any transaction, and the outcome is written last; in between anything may crash.
 */
@NullMarked
package io.meridian.payment.authorising;

import org.jspecify.annotations.NullMarked;
