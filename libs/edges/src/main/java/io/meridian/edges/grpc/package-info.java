/** The gRPC door: handlers on virtual threads, faults as status codes, hops measured by the caller. */
@NullMarked
package io.meridian.edges.grpc;

import org.jspecify.annotations.NullMarked;
