/**
 * Several instances behind one gRPC channel: a target that lists their addresses, and grpc-java's own round robin and outlier detection
 * over them.
 */
@NullMarked
package io.meridian.breaker.ejection.grpc;

import org.jspecify.annotations.NullMarked;
