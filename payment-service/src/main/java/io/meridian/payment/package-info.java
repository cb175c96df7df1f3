/**
 * The payment service: the money of an order, and nothing else about it.
 *
 * <p>The order service asks over {@link io.meridian.payment.grpc gRPC} for money to be reserved
 * ({@link io.meridian.payment.authorising.Authorise}). Orders that are confirmed, rejected or cancelled are heard as
 * {@link io.meridian.payment.events events}: the money is taken ({@link io.meridian.payment.authorising.Capture}) or given back
 * ({@link io.meridian.payment.authorising.Undo}), and what was done is announced. Each time the intent is
 * {@link io.meridian.payment.store written} first, the card {@link io.meridian.payment.provider provider} is asked outside any
 * transaction, and the outcome is written last. What a crash or a silent provider leaves half done, and what nobody confirms in
 * time, the {@link io.meridian.payment.clock clock} finishes ({@link io.meridian.payment.authorising.FinishOverdue}).
 */
@NullMarked
package io.meridian.payment;

import org.jspecify.annotations.NullMarked;
