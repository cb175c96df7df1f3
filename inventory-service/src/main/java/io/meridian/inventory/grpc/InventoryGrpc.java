package io.meridian.inventory.grpc;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.meridian.contracts.inventory.v1.GetProductRequest;
import io.meridian.contracts.inventory.v1.HoldClosed;
import io.meridian.contracts.inventory.v1.HoldRequest;
import io.meridian.contracts.inventory.v1.HoldResponse;
import io.meridian.contracts.inventory.v1.InventoryServiceGrpc.InventoryServiceImplBase;
import io.meridian.contracts.inventory.v1.ListHoldsRequest;
import io.meridian.contracts.inventory.v1.ListHoldsResponse;
import io.meridian.contracts.inventory.v1.ListProductsRequest;
import io.meridian.contracts.inventory.v1.ListProductsResponse;
import io.meridian.contracts.inventory.v1.Product;
import io.meridian.contracts.inventory.v1.ReleaseRequest;
import io.meridian.contracts.inventory.v1.ReleaseResponse;
import io.meridian.contracts.inventory.v1.Shortage;
import io.meridian.contracts.inventory.v1.StockBatch;
import io.meridian.contracts.inventory.v1.UnknownSkus;
import io.meridian.edges.grpc.StaleEpoch;
import io.meridian.contracts.inventory.v1.WatchStockRequest;
import io.meridian.inventory.catalogue.ViewCatalogue;
import io.meridian.inventory.holding.HoldPages;
import io.meridian.inventory.holding.HoldStock;
import io.meridian.inventory.holding.ReleaseStock;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.watching.WatchStock;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/**
 * {@code inventory.v1.InventoryService}. Refusals that an order's caller must deal with are answers; a request that can never be
 * accepted is INVALID_ARGUMENT, one that contradicts an earlier one FAILED_PRECONDITION, and one that comes from a driver of the
 * order who has been overtaken {@link StaleEpoch}.
 */
@Service
public final class InventoryGrpc extends InventoryServiceImplBase {

    private static final Logger log = LoggerFactory.getLogger(InventoryGrpc.class);

    private final HoldStock holdStock;
    private final ReleaseStock releaseStock;
    private final ViewCatalogue catalogue;
    private final HoldPages holdPages;
    private final @Nullable WatchStock watchStock;
    private final InstantSource clock;

    /**
     * @param watchStock null where the stock cannot be watched, as in an older release
     * @param clock the one that holds expire by
     */
    public InventoryGrpc(
            HoldStock holdStock,
            ReleaseStock releaseStock,
            ViewCatalogue catalogue,
            HoldPages holdPages,
            @Nullable WatchStock watchStock,
            InstantSource clock) {
        this.holdStock = holdStock;
        this.releaseStock = releaseStock;
        this.catalogue = catalogue;
        this.holdPages = holdPages;
        this.watchStock = watchStock;
        this.clock = clock;
    }

    @Override
    public void hold(HoldRequest request, StreamObserver<HoldResponse> caller) {
        var order = Requests.orderId(request.getOrderId());
        var epoch = Requests.epoch(request.getEpoch());
        var outcome = holdStock.hold(order, epoch, Requests.lines(request.getLinesList()));
        note(order, outcome);
        answer(caller, response(order, epoch, outcome));
    }

    @Override
    public void release(ReleaseRequest request, StreamObserver<ReleaseResponse> caller) {
        var order = Requests.orderId(request.getOrderId());
        var epoch = Requests.epoch(request.getEpoch());
        switch (releaseStock.release(order, epoch)) {
            case RELEASED -> note(order, "stock released");
            case CLOSED -> note(order, "hold closed before it was asked for");
            case UNCHANGED -> note(order, "nothing to release");
            case OVERTAKEN -> {
                note(order, "release refused, a later driver of the order has asked");
                throw StaleEpoch.refusal("order " + order, epoch);
            }
        }
        answer(caller, ReleaseResponse.getDefaultInstance());
    }

    @Override
    public void getProduct(GetProductRequest request, StreamObserver<Product> caller) {
        var sku = Requests.sku("sku", request.getSku());
        var product = catalogue.product(sku).orElseThrow(() -> Status.NOT_FOUND
                .withDescription("there is no product " + sku)
                .asRuntimeException());
        answer(caller, Answers.product(product));
    }

    @Override
    public void listProducts(ListProductsRequest request, StreamObserver<ListProductsResponse> caller) {
        var after = request.getAfter().isEmpty() ? null : Requests.sku("after", request.getAfter());
        answer(caller, Answers.page(catalogue.page(after, Requests.limit(request.getLimit()))));
    }

    @Override
    public void listHolds(ListHoldsRequest request, StreamObserver<ListHoldsResponse> caller) {
        var after = request.getAfter().isEmpty() ? null : Requests.orderId("after", request.getAfter());
        var limit = Requests.holdLimit(request.getLimit());
        answer(caller, Answers.holds(holdPages.after(after, limit), limit));
    }

    @Override
    public void watchStock(WatchStockRequest request, StreamObserver<StockBatch> caller) {
        if (watchStock == null) {
            super.watchStock(request, caller);
            return;
        }
        var call = (ServerCallStreamObserver<StockBatch>) caller;
        var stream = new StockStream(
                call, clock, work -> Thread.ofVirtual().name("stock-stream").start(work));
        call.setOnReadyHandler(stream::wake);
        call.setOnCancelHandler(stream::callerLeft);
        call.setOnCloseHandler(stream::callerLeft);
        switch (watchStock.watch(request.getAfter(), request.getCheck(), stream)) {
            case WatchStock.Outcome.Open(var subscription) -> stream.begin(subscription);
            case WatchStock.Outcome.Full(var atOnce) ->
                call.onError(Status.RESOURCE_EXHAUSTED
                        .withDescription("there are " + atOnce + " subscribers, which is the most this instance has"
                                + " (meridian.inventory.watching.at-once); come back later or elsewhere")
                        .asRuntimeException());
            case WatchStock.Outcome.GoingDown() ->
                call.onError(Status.UNAVAILABLE
                        .withDescription("this instance goes down")
                        .asRuntimeException());
        }
    }

    private HoldResponse response(OrderId order, long epoch, HoldStock.Outcome outcome) {
        var response = HoldResponse.newBuilder();
        return switch (outcome) {
            case HoldStock.Held held -> response.setHeld(Answers.held(held, clock.instant())).build();
            case HoldStock.Shortage(var skus) ->
                response.setShortage(Shortage.newBuilder().addAllSkus(Answers.skus(skus)))
                        .build();
            case HoldStock.UnknownSkus(var skus) ->
                response.setUnknownSkus(UnknownSkus.newBuilder().addAllSkus(Answers.skus(skus)))
                        .build();
            case HoldStock.Closed _ ->
                response.setClosed(HoldClosed.getDefaultInstance()).build();
            case HoldStock.Overtaken _ -> throw StaleEpoch.refusal("order " + order, epoch);
            case HoldStock.OtherLines _ ->
                throw Status.FAILED_PRECONDITION
                        .withDescription("order " + order + " holds other lines than these")
                        .asRuntimeException();
        };
    }

    private static void note(OrderId order, HoldStock.Outcome outcome) {
        switch (outcome) {
            case HoldStock.Held(_, _, var again) -> note(order, again ? "stock held before, told again" : "stock held");
            case HoldStock.Shortage(var skus) ->
                log.atInfo()
                        .addKeyValue("orderId", order)
                        .addKeyValue("skus", skus)
                        .log("stock too short to hold");
            case HoldStock.UnknownSkus(var skus) ->
                log.atInfo()
                        .addKeyValue("orderId", order)
                        .addKeyValue("skus", skus)
                        .log("stock of unknown products not held");
            case HoldStock.Closed _ -> note(order, "hold refused, the order's hold is closed");
            case HoldStock.Overtaken _ -> note(order, "hold refused, a later driver of the order has asked");
            case HoldStock.OtherLines _ -> note(order, "hold refused, the order holds other lines");
        }
    }

    private static void note(OrderId order, String decision) {
        log.atInfo().addKeyValue("orderId", order).log(decision);
    }

    private static <T> void answer(StreamObserver<T> caller, T answer) {
        caller.onNext(answer);
        caller.onCompleted();
    }
}
