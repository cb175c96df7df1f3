package io.meridian.inventory.grpc;

import com.google.protobuf.Timestamp;
import io.meridian.contracts.common.v1.Money;
import io.meridian.contracts.inventory.v1.Held;
import io.meridian.contracts.inventory.v1.ListHoldsResponse;
import io.meridian.contracts.inventory.v1.ListProductsResponse;
import io.meridian.contracts.inventory.v1.OrderHold;
import io.meridian.contracts.inventory.v1.PricedLine;
import io.meridian.contracts.inventory.v1.Product;
import io.meridian.inventory.catalogue.ViewCatalogue.Page;
import io.meridian.inventory.holding.HoldStock;
import io.meridian.inventory.model.Hold;
import io.meridian.inventory.model.HoldStatus;
import io.meridian.inventory.model.Sku;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Says values of the model in the words of the contract. */
final class Answers {

    private Answers() {}

    /** @param now by the clock that the hold expires by */
    static Held held(HoldStock.Held held, Instant now) {
        return Held.newBuilder()
                .addAllLines(held.lines().stream().map(Answers::pricedLine).toList())
                .setExpiresAt(timestamp(held.expiresAt()))
                .setValidFor(duration(left(now, held.expiresAt())))
                .build();
    }

    static List<String> skus(List<Sku> skus) {
        return skus.stream().map(Sku::value).toList();
    }

    static Product product(io.meridian.inventory.model.Product product) {
        var stock = product.stock();
        return Product.newBuilder()
                .setSku(product.sku().value())
                .setName(product.name())
                .setUnitPrice(money(product.unitPrice()))
                .setOnHand(stock.onHand())
                .setHeld(stock.held())
                .setSold(stock.sold())
                .setVersion(stock.version())
                .build();
    }

    static ListProductsResponse page(Page page) {
        var answer = ListProductsResponse.newBuilder();
        page.products().forEach(product -> answer.addProducts(product(product)));
        if (page.next() != null) {
            answer.setNext(page.next().value());
        }
        return answer.build();
    }

    /** A page that is not full is the last one. */
    static ListHoldsResponse holds(List<Hold> holds, int limit) {
        var answer = ListHoldsResponse.newBuilder();
        holds.forEach(it -> answer.addHolds(hold(it)));
        if (holds.size() == limit) {
            answer.setNext(holds.getLast().order().toString());
        }
        return answer.build();
    }

    private static OrderHold hold(Hold hold) {
        var said = OrderHold.newBuilder().setOrderId(hold.order().toString()).setStatus(status(hold.status()));
        if (hold instanceof Hold.Kept kept) {
            kept.lines().forEach(it -> said.addLinesBuilder()
                    .setSku(it.line().sku().value())
                    .setQuantity(it.line().quantity()));
        }
        return said.build();
    }

    private static OrderHold.Status status(HoldStatus status) {
        return switch (status) {
            case HELD -> OrderHold.Status.STATUS_HELD;
            case COMMITTED -> OrderHold.Status.STATUS_COMMITTED;
            case RELEASED -> OrderHold.Status.STATUS_RELEASED;
            case EXPIRED -> OrderHold.Status.STATUS_EXPIRED;
            case RETURNED -> OrderHold.Status.STATUS_RETURNED;
            case CLOSED -> OrderHold.Status.STATUS_UNSPECIFIED;
        };
    }

    private static PricedLine pricedLine(io.meridian.inventory.model.PricedLine priced) {
        return PricedLine.newBuilder()
                .setSku(priced.line().sku().value())
                .setQuantity(priced.line().quantity())
                .setUnitPrice(money(priced.unitPrice()))
                .build();
    }

    private static Money money(io.meridian.inventory.model.Money money) {
        return Money.newBuilder()
                .setAmount(money.amount())
                .setCurrency(money.currency())
                .build();
    }

    /** Never negative: what has just ended is valid for no time. */
    private static Duration left(Instant now, Instant until) {
        return until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO;
    }

    private static com.google.protobuf.Duration duration(Duration length) {
        return com.google.protobuf.Duration.newBuilder()
                .setSeconds(length.getSeconds())
                .setNanos(length.getNano())
                .build();
    }

    static Timestamp timestamp(Instant at) {
        return Timestamp.newBuilder()
                .setSeconds(at.getEpochSecond())
                .setNanos(at.getNano())
                .build();
    }
}
