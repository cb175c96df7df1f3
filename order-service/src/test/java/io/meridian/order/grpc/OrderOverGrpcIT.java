package io.meridian.order.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import io.meridian.contracts.order.v1.CancelOrderRequest;
import io.meridian.contracts.order.v1.GetOrderRequest;
import io.meridian.contracts.order.v1.ListOrdersRequest;
import io.meridian.contracts.order.v1.OrderLine;
import io.meridian.contracts.order.v1.OrderServiceGrpc;
import io.meridian.contracts.order.v1.OrderServiceGrpc.OrderServiceBlockingStub;
import io.meridian.contracts.order.v1.OrderStatus;
import io.meridian.contracts.order.v1.OrderUpdate;
import io.meridian.contracts.order.v1.PlaceOrderRequest;
import io.meridian.contracts.order.v1.WatchOrderRequest;
import io.meridian.order.FakePeers;
import io.meridian.order.WholeService;
import io.meridian.order.model.Fact;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Step;
import io.meridian.order.settling.FollowOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

class OrderOverGrpcIT extends WholeService {

    @Autowired
    private GrpcServerLifecycle grpcServer;

    @Autowired
    private FollowOrder followOrder;

    private ManagedChannel channel;
    private OrderServiceBlockingStub orders;

    @BeforeEach
    void dial() {
        channel = Grpc.newChannelBuilder("127.0.0.1:" + grpcServer.getPort(), InsecureChannelCredentials.create())
                .build();
        orders = OrderServiceGrpc.newBlockingStub(channel).withDeadlineAfter(40, TimeUnit.SECONDS);
    }

    @AfterEach
    void hangUp() throws InterruptedException {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }

    @Test
    void anOrderIsPlacedReadListedAndCancelled() {
        var request = order(customer(), "tok_ok", "SKU-0001").build();

        var placed = orders.placeOrder(request);
        var again = orders.placeOrder(request);
        var read = orders.getOrder(GetOrderRequest.newBuilder().setId(placed.getId()).build());
        var page = orders.listOrders(ListOrdersRequest.newBuilder().setCustomerId(request.getCustomerId()).build());
        var cancelled = orders.cancelOrder(CancelOrderRequest.newBuilder().setId(placed.getId()).build());

        assertThat(placed.getStatus()).isEqualTo(OrderStatus.ORDER_STATUS_CONFIRMED);
        assertThat(placed.getTotal().getAmount()).isEqualTo(3_998);
        assertThat(placed.getCustomerId()).isEqualTo(request.getCustomerId());
        assertThat(again).isEqualTo(placed);
        assertThat(read).isEqualTo(placed);
        assertThat(page.getOrdersList()).containsExactly(placed);
        assertThat(page.getNext()).isEmpty();
        assertThat(cancelled.getStatus()).isEqualTo(OrderStatus.ORDER_STATUS_CANCELLED);
        assertThat(cancelled.getReason()).isEqualTo("cancelled-by-customer");
    }

    @Test
    void aRequestOverHttpIsRepeatedOverGrpc() {
        var key = key();
        var customer = customer();
        var first = place(key, body(customer, "tok_ok"));

        var second = orders.placeOrder(order(customer, "tok_ok", "SKU-0001").setIdempotencyKey(key).build());

        assertThat(second.getId()).isEqualTo(json(first).get("id").asString());
    }

    @Test
    void refusalsAreTheStatusesOfTheContract() {
        var used = order(customer(), "tok_ok", "SKU-0001").build();
        orders.placeOrder(used);

        refused(Status.Code.FAILED_PRECONDITION, "SKU-1000", () -> orders.placeOrder(order(customer(), "tok_ok", "SKU-1000").build()));
        refused(Status.Code.FAILED_PRECONDITION, "declined", () -> orders.placeOrder(order(customer(), "tok_declined", "SKU-0001").build()));
        refused(Status.Code.INVALID_ARGUMENT, "SKU-1001", () -> orders.placeOrder(order(customer(), "tok_ok", "SKU-1001").build()));
        refused(Status.Code.INVALID_ARGUMENT, "items[0].sku", () -> orders.placeOrder(order(customer(), "tok_ok", "'; --").build()));
        refused(Status.Code.INVALID_ARGUMENT, "items", () -> orders.placeOrder(PlaceOrderRequest.newBuilder().setCustomerId("c").build()));
        refused(Status.Code.INVALID_ARGUMENT, "Idempotency-Key", () -> orders.placeOrder(used.toBuilder().clearIdempotencyKey().build()));
        refused(Status.Code.ALREADY_EXISTS, "key", () -> orders.placeOrder(used.toBuilder().setPaymentToken("tok_other").build()));
        refused(Status.Code.UNAVAILABLE, "rejected", () -> orders.placeOrder(order(customer(), "tok_error", "SKU-0001").build()));
        refused(Status.Code.NOT_FOUND, "no order", () -> orders.getOrder(GetOrderRequest.newBuilder().setId("0198b0a0-0000-7000-8000-000000000000").build()));
        refused(Status.Code.INVALID_ARGUMENT, "a UUID", () -> orders.getOrder(GetOrderRequest.newBuilder().setId("1").build()));
        refused(Status.Code.INVALID_ARGUMENT, "limit", () -> orders.listOrders(ListOrdersRequest.newBuilder().setLimit(101).build()));
        refused(Status.Code.NOT_FOUND, "no order", () -> orders.watchOrder(WatchOrderRequest.newBuilder().setId("0198b0a0-0000-7000-8000-000000000000").build()).next());
    }

    @Test
    void aMissingAnswerIsADeadlineAndARepeatIsAborted() {
        PEERS.onAuthorise(_ -> FakePeers.unknown());
        var request = order(customer(), "tok_ok", "SKU-0001").build();

        refused(Status.Code.DEADLINE_EXCEEDED, "not finished", () -> orders.placeOrder(request));
        refused(Status.Code.ABORTED, "first request", () -> orders.placeOrder(request));
    }

    @Test
    void aWatchTellsEachStepAndCompletes() {
        var placed = orders.placeOrder(order(customer(), "tok_ok", "SKU-0001").build());
        var updates = new ArrayList<OrderUpdate>();

        orders.watchOrder(WatchOrderRequest.newBuilder().setId(placed.getId()).build()).forEachRemaining(it -> {
            updates.add(it);
            if (it.getSequence() == 2) {
                followOrder.follow(OrderId.parse("id", placed.getId()), new Fact.Followed(Step.STOCK_COMMITTED, null));
            }
            if (it.getSequence() == 3) {
                followOrder.follow(OrderId.parse("id", placed.getId()), new Fact.Followed(Step.PAYMENT_CAPTURED, null));
            }
        });

        assertThat(updates).extracting(OrderUpdate::getStep)
                .containsExactly("PENDING", "CONFIRMED", "STOCK_COMMITTED", "PAYMENT_CAPTURED");
    }

    @Test
    void theDoorIsHealthy() {
        var health = HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance());

        assertThat(health.getStatus()).isEqualTo(ServingStatus.SERVING);
    }

    @Test
    void theDoorDescribesItself() throws Exception {
        var described = new CompletableFuture<List<String>>();
        var questions = ServerReflectionGrpc.newStub(channel).serverReflectionInfo(new StreamObserver<>() {
            @Override
            public void onNext(ServerReflectionResponse answer) {
                described.complete(answer.getListServicesResponse().getServiceList().stream()
                        .map(ServiceResponse::getName)
                        .toList());
            }

            @Override
            public void onError(Throwable fault) {
                described.completeExceptionally(fault);
            }

            @Override
            public void onCompleted() {
                // one answer is all
            }
        });
        questions.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());

        assertThat(described.get(30, TimeUnit.SECONDS)).contains("order.v1.OrderService", "grpc.health.v1.Health");
        questions.onCompleted();
    }

    private static void refused(Status.Code code, String words, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, it -> {
            assertThat(it.getStatus().getCode()).as(it.getMessage()).isEqualTo(code);
            assertThat(it.getStatus().getDescription()).contains(words);
        });
    }

    private static PlaceOrderRequest.Builder order(String customer, String token, String sku) {
        return PlaceOrderRequest.newBuilder()
                .setIdempotencyKey(key())
                .setCustomerId(customer)
                .setPaymentToken(token)
                .addItems(OrderLine.newBuilder().setSku(sku).setQuantity(2));
    }
}
