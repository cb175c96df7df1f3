package io.meridian.order.http;

import io.grpc.Grpc;

/** Breach: a channel for each request. */
public final class HttpThatConnects {

    private HttpThatConnects() {}

    public static Object foreach(String target) {
        return Grpc.newChannelBuilder(target);
    }
}
