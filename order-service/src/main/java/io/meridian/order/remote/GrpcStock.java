package io.meridian.order.remote;

import io.grpc.StatusRuntimeException;
import io.meridian.contracts.inventory.v1.GetProductRequest;
import io.meridian.contracts.inventory.v1.Held;
import io.meridian.contracts.inventory.v1.HoldRequest;
import io.meridian.contracts.inventory.v1.HoldResponse;
import io.meridian.contracts.inventory.v1.InventoryServiceGrpc;
import io.meridian.contracts.inventory.v1.InventoryServiceGrpc.InventoryServiceBlockingStub;
import io.meridian.contracts.inventory.v1.ReleaseRequest;
import io.meridian.edges.grpc.Calls;
import io.meridian.order.model.Line;
import io.meridian.order.model.Money;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.PricedLine;
import io.meridian.order.model.Pricing;
import io.meridian.order.model.Sku;
import io.meridian.order.placing.Stock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks inventory. */
public final class GrpcStock implements Stock {

    private static final Logger log = LoggerFactory.getLogger(GrpcStock.class);

    private final Peer inventory;
    private final InventoryServiceBlockingStub stub;
    private final InstantSource clock;

    /** @param clock by which a hold's end is reckoned here: inventory's own may be another machine's */
    public GrpcStock(Peer inventory, InstantSource clock) {
        this.inventory = inventory;
        this.clock = clock;
        this.stub = InventoryServiceGrpc.newBlockingStub(inventory.channel());
    }

    @Override
    public Answer hold(OrderId order, long epoch, List<Line> lines, Duration within) {
        var request = HoldRequest.newBuilder().setOrderId(order.toString()).setEpoch(epoch);
        lines.forEach(it -> request.addLinesBuilder().setSku(it.sku().value()).setQuantity(it.quantity()));
        inventory.connect();
        var asked = clock.instant();
        try {
            return answer(order, asked, Calls.within(within, stub).hold(request.build()), lines);
        } catch (StatusRuntimeException fault) {
            return switch (inventory.verdictOn(order, fault)) {
                case OVERTAKEN -> new Answer.Overtaken();
                case UNKNOWN -> new Answer.Unknown(Peer.why(fault));
                case UNAVAILABLE -> new Answer.Unavailable(Peer.why(fault));
            };
        }
    }

    @Override
    public void release(OrderId order, long epoch, Duration within) {
        try {
            var _ = Calls.within(within, stub)
                    .release(ReleaseRequest.newBuilder()
                            .setOrderId(order.toString())
                            .setEpoch(epoch)
                            .build());
        } catch (StatusRuntimeException fault) {
            log.atInfo()
                    .addKeyValue("orderId", order)
                    .addKeyValue("why", Peer.why(fault))
                    .log("hold not given back early; the event will");
        }
    }

    /** Opens the connection and runs the first call, so that no order pays for it. Fails if inventory is not there. */
    void warm(Duration within) {
        var _ = Calls.within(within, stub)
                .withWaitForReady()
                .getProduct(GetProductRequest.newBuilder().setSku("SKU-0001").build());
    }

    private static Answer answer(OrderId order, Instant asked, HoldResponse response, List<Line> lines) {
        return switch (response.getOutcomeCase()) {
            case HELD -> held(order, asked, response.getHeld(), lines);
            case SHORTAGE -> new Answer.Shortage(skus(response.getShortage().getSkusList()));
            case UNKNOWN_SKUS -> new Answer.UnknownSkus(skus(response.getUnknownSkus().getSkusList()));
            case CLOSED -> new Answer.Closed();
            case OUTCOME_NOT_SET -> unreadable(order, "an outcome this version does not know");
        };
    }

    /** Prices in the order of the lines, whichever order they came in. */
    private static Answer held(OrderId order, Instant asked, Held held, List<Line> lines) {
        var prices = held.getLinesList().stream()
                .collect(Collectors.toMap(io.meridian.contracts.inventory.v1.PricedLine::getSku, Function.identity()));
        var priced = new ArrayList<PricedLine>(lines.size());
        for (var line : lines) {
            var price = prices.get(line.sku().value());
            if (price == null || price.getQuantity() != line.quantity()) {
                return unreadable(order, "other lines than were asked for");
            }
            var unitPrice = new Money(
                    price.getUnitPrice().getAmount(), price.getUnitPrice().getCurrency());
            priced.add(new PricedLine(line.sku(), line.quantity(), unitPrice));
        }
        return new Answer.Held(new Pricing(priced, until(asked, held)));
    }

    /** By this machine's clock, and from before the question, so that the way of the answer makes it no longer. */
    private static Instant until(Instant asked, Held held) {
        if (held.hasValidFor()) {
            return asked.plusSeconds(held.getValidFor().getSeconds())
                    .plusNanos(held.getValidFor().getNanos());
        }
        return Instant.ofEpochSecond(
                held.getExpiresAt().getSeconds(), held.getExpiresAt().getNanos());
    }

    private static Answer unreadable(OrderId order, String what) {
        log.atError().addKeyValue("orderId", order).addKeyValue("answer", what).log("inventory cannot be understood");
        return new Answer.Unavailable("inventory answered with " + what);
    }

    private static List<Sku> skus(List<String> skus) {
        return skus.stream().map(Sku::new).toList();
    }
}
