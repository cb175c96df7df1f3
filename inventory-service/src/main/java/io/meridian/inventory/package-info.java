/**
 * Inventory: what can be sold, and for whom it is set aside.
 *
 * <p>An order asks for its lines ({@code grpc}), and all of them are held for it or none ({@code holding}).
 * When the order is confirmed what is held is sold; when it is rejected or cancelled it comes back ({@code events}).
 * A hold that nobody confirms comes back by itself ({@code clock}).
 * Pieces only move between on hand, held and sold ({@code model}): their sum never changes, and none is ever negative.
 * PostgreSQL is the truth ({@code store}); Redis remembers products for reading ({@code catalogue}, {@code redis}, {@code http}),
 * and nothing is decided by it.
 * Every change is announced on {@code inventory.v1}, if and only if it was committed.
 */
@NullMarked
package io.meridian.inventory;

import org.jspecify.annotations.NullMarked;
