/** Payments over gRPC: what other services ask, in the words of the contract. */
@NullMarked
package io.meridian.payment.grpc;

import org.jspecify.annotations.NullMarked;
