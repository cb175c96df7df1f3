/**
 * Deadlines over gRPC, on its native {@code grpc-timeout}: a handler works in the scope of its call, and a call that a scope makes
 * is bounded by it and ends with it.
 */
@NullMarked
package io.meridian.deadline.grpc;

import org.jspecify.annotations.NullMarked;
