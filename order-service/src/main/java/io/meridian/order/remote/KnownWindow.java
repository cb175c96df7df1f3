package io.meridian.order.remote;

import io.grpc.netty.NettyChannelBuilder;
import org.springframework.grpc.client.GrpcChannelBuilderCustomizer;

/**
 * How much a neighbour may send ahead of what has been read, as a number that is written down instead of one that gRPC finds by measuring: the
 * most that a stream which is not read may cost, and enough for 50 MB/s over 20 ms.
 */
public final class KnownWindow implements GrpcChannelBuilderCustomizer<NettyChannelBuilder> {

    static final int BYTES = 1024 * 1024;

    @Override
    public void customize(String target, NettyChannelBuilder channel) {
        channel.flowControlWindow(BYTES);
    }
}
