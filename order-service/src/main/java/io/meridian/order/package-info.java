/**
 * The saga of an order.
 *
 * <ol>
 *   <li>{@code http} or {@code grpc} hands a checked draft to {@code placing}, which claims its idempotency key and journals it.
 *   <li>It asks inventory to hold the stock and payment to reserve the money ({@code remote}), with no transaction open.
 *   <li>One short transaction ({@code store}) confirms or rejects the order and appends the event ({@code events}).
 *   <li>What a missing answer or a crash leaves unfinished, {@code settling} drives to its end.
 *   <li>Inventory and payment follow the event; {@code settling} follows theirs, or takes the order back.
 *   <li>{@code viewing} shows orders, and the log of each as it grows.
 * </ol>
 */
@NullMarked
package io.meridian.order;

import org.jspecify.annotations.NullMarked;
