package io.meridian.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.meridian.contracts.order.v1.GetOrderRequest;
import io.meridian.contracts.order.v1.OrderLine;
import io.meridian.contracts.order.v1.OrderServiceGrpc;
import io.meridian.contracts.order.v1.OrderServiceGrpc.OrderServiceBlockingStub;
import io.meridian.contracts.order.v1.OrderStatus;
import io.meridian.contracts.order.v1.PlaceOrderRequest;
import io.meridian.contracts.order.v1.WatchOrderRequest;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The same orders over native gRPC, through the gateway's one port. */
@ResourceLock(RunningPlatform.SHARED)
@ExtendWith(RunningPlatform.class)
class NativeGrpcIT {

    private final ManagedChannel channel;
    private final OrderServiceBlockingStub orders;

    NativeGrpcIT(Meridian meridian) {
        channel = ManagedChannelBuilder.forTarget("dns:///" + meridian.gatewayAddress())
                .usePlaintext()
                .build();
        orders = OrderServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
    }

    @AfterEach
    void closesItsChannel() {
        channel.shutdownNow();
    }

    @Test
    void placedOrderIsReadAndWatched() {
        var placed = orders.placeOrder(request("SKU-0021", "tok_ok"));

        assertThat(placed.getStatus()).isEqualTo(OrderStatus.ORDER_STATUS_CONFIRMED);
        assertThat(orders.getOrder(
                                GetOrderRequest.newBuilder().setId(placed.getId()).build())
                        .getTotal())
                .isEqualTo(placed.getTotal());
        var steps = new ArrayList<String>();
        orders.watchOrder(WatchOrderRequest.newBuilder().setId(placed.getId()).build())
                .forEachRemaining(it -> steps.add(it.getStep()));
        assertThat(steps).contains("PENDING", "CONFIRMED", "STOCK_COMMITTED", "PAYMENT_CAPTURED");
    }

    @Test
    void refusalsAreStatusCodes() {
        assertCode(Status.Code.FAILED_PRECONDITION, request("SKU-1000", "tok_ok"));
        assertCode(Status.Code.FAILED_PRECONDITION, request("SKU-0021", "tok_declined"));
        assertCode(
                Status.Code.INVALID_ARGUMENT,
                request("SKU-0021", "tok_ok").toBuilder().clearItems().build());
        assertThatThrownBy(() -> orders.getOrder(GetOrderRequest.newBuilder()
                        .setId("01900000-0000-7000-8000-000000000000")
                        .build()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND));
    }

    private void assertCode(Status.Code code, PlaceOrderRequest request) {
        assertThatThrownBy(() -> orders.placeOrder(request))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).as(e.toString()).isEqualTo(code));
    }

    private static PlaceOrderRequest request(String sku, String card) {
        return PlaceOrderRequest.newBuilder()
                .setIdempotencyKey(UUID.randomUUID().toString())
                .setCustomerId("grpc-customer")
                .addItems(OrderLine.newBuilder().setSku(sku).setQuantity(1))
                .setPaymentToken(card)
                .build();
    }
}
