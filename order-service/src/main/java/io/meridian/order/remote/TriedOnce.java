package io.meridian.order.remote;

import io.grpc.ManagedChannelBuilder;
import org.springframework.grpc.client.GrpcChannelBuilderCustomizer;

/**
 * A call to a neighbour is tried once, whatever a service config says: repeating is for the gateway, which knows what the client
 * allows and how much is repeated already. Where both repeated, attempts would multiply.
 *
 * <p>What a neighbour has certainly not seen (a stream it refused, or one that came after it said that it goes away) gRPC still
 * sends over another connection: for the neighbour that is the first attempt.
 *
 * @param <T> any channel
 */
public final class TriedOnce<T extends ManagedChannelBuilder<T>> implements GrpcChannelBuilderCustomizer<T> {

    @Override
    public void customize(String target, T channel) {
        channel.disableServiceConfigLookUp().maxRetryAttempts(1).maxHedgedAttempts(1);
    }
}
