/** Calls of gRPC, at both ends. */
@NullMarked
package io.meridian.breaker.grpc;

import org.jspecify.annotations.NullMarked;
