/** Calls between simulated processes, for the services' real gRPC clients and doors. */
@NullMarked
package io.meridian.simulation.network;

import org.jspecify.annotations.NullMarked;
