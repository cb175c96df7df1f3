package io.meridian.order.grpc;

import static io.meridian.order.answering.Answers.answering;

import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import io.meridian.contracts.order.v1.CancelOrderRequest;
import io.meridian.contracts.order.v1.GetOrderRequest;
import io.meridian.contracts.order.v1.ListOrdersRequest;
import io.meridian.contracts.order.v1.ListOrdersResponse;
import io.meridian.contracts.order.v1.Order;
import io.meridian.contracts.order.v1.OrderServiceGrpc;
import io.meridian.contracts.order.v1.OrderUpdate;
import io.meridian.contracts.order.v1.PlaceOrderRequest;
import io.meridian.contracts.order.v1.WatchOrderRequest;
import io.meridian.order.answering.Answers;
import io.meridian.order.model.CustomerId;
import io.meridian.order.model.Draft;
import io.meridian.order.model.IdempotencyKey;
import io.meridian.order.model.Malformed;
import io.meridian.order.model.OrderId;
import io.meridian.order.placing.PlaceOrder;
import io.meridian.order.settling.CancelOrder;
import io.meridian.order.viewing.OrderView;
import io.meridian.order.viewing.Views;
import io.meridian.order.viewing.WatchOrder;
import java.time.Duration;
import java.util.function.Supplier;

/** {@code order.v1.OrderService}. What it throws, the door turns into a status. */
public final class OrderGrpc extends OrderServiceGrpc.OrderServiceImplBase {

    /** How soon a watch notices that its client has left: the handler's thread sleeps, and gRPC tells only those who ask. */
    private static final Duration GLANCE = Duration.ofSeconds(1);

    private final PlaceOrder placeOrder;
    private final CancelOrder cancelOrder;
    private final Views views;
    private final WatchOrder watchOrder;

    public OrderGrpc(PlaceOrder placeOrder, CancelOrder cancelOrder, Views views, WatchOrder watchOrder) {
        this.placeOrder = placeOrder;
        this.cancelOrder = cancelOrder;
        this.views = views;
        this.watchOrder = watchOrder;
    }

    @Override
    public void placeOrder(PlaceOrderRequest request, StreamObserver<Order> answer) {
        single(answer, () -> {
            var items = request.getItemsList().stream()
                    .map(it -> new Draft.Item(it.getSku(), it.getQuantity()))
                    .toList();
            var draft = Draft.parse(request.getCustomerId(), items, request.getPaymentToken());
            var placed = placeOrder.place(draft, new IdempotencyKey(request.getIdempotencyKey()));
            return Messages.order(OrderView.of(Answers.placed(placed)));
        });
    }

    @Override
    public void getOrder(GetOrderRequest request, StreamObserver<Order> answer) {
        single(answer, () -> {
            var id = OrderId.parse("id", request.getId());
            return Messages.order(views.find(id).orElseThrow(() -> Answers.noSuchOrder(id)));
        });
    }

    @Override
    public void listOrders(ListOrdersRequest request, StreamObserver<ListOrdersResponse> answer) {
        single(
                answer,
                () -> Messages.page(views.page(
                        request.getCustomerId().isEmpty() ? null : new CustomerId(request.getCustomerId()),
                        limit(request.getLimit()),
                        request.getAfter().isEmpty() ? null : OrderId.parse("after", request.getAfter()))));
    }

    @Override
    public void cancelOrder(CancelOrderRequest request, StreamObserver<Order> answer) {
        single(answer, () -> {
            var id = OrderId.parse("id", request.getId());
            return Messages.order(OrderView.of(Answers.cancelled(id, cancelOrder.cancel(id))));
        });
    }

    @Override
    public void watchOrder(WatchOrderRequest request, StreamObserver<OrderUpdate> updates) {
        var watching = answering(() -> {
            var id = OrderId.parse("id", request.getId());
            return Answers.watched(id, watchOrder.watch(id, 0));
        });
        if (watching.isPresent()) {
            try (var open = watching.get()) {
                watch(open, updates);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        updates.onCompleted();
    }

    private static void watch(WatchOrder.Watching watching, StreamObserver<OrderUpdate> updates)
            throws InterruptedException {
        while (!watching.isOver() && !Context.current().isCancelled()) {
            for (var update : watching.next(GLANCE)) {
                updates.onNext(Messages.update(update));
            }
        }
    }

    private static <A> void single(StreamObserver<A> observer, Supplier<A> work) {
        observer.onNext(answering(work));
        observer.onCompleted();
    }

    private static int limit(int asked) {
        if (asked < 0 || asked > Views.MOST_PER_PAGE) {
            throw new Malformed("limit", "1 to " + Views.MOST_PER_PAGE + ", or 0", String.valueOf(asked));
        }
        return asked == 0 ? Views.USUAL_PER_PAGE : asked;
    }
}
