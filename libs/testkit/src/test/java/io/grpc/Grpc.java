package io.grpc;

/** Stands for what makes channels. */
public final class Grpc {

    private Grpc() {}

    public static Object newChannelBuilder(String target) {
        return target;
    }
}
