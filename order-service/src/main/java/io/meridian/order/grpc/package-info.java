/** Orders over native gRPC: the same use cases and refusals as over HTTP. */
@NullMarked
package io.meridian.order.grpc;

import org.jspecify.annotations.NullMarked;
