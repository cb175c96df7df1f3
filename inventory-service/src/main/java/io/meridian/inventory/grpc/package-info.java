/** Inventory over gRPC: what other services ask, in the words of the contract. */
@NullMarked
package io.meridian.inventory.grpc;

import org.jspecify.annotations.NullMarked;
