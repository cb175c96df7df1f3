package io.meridian.inventory.grpc;

import com.google.protobuf.Timestamp;
import io.meridian.contracts.common.v1.Money;
import io.meridian.contracts.inventory.v1.Held;
import io.meridian.contracts.inventory.v1.ListProductsResponse;
import io.meridian.contracts.inventory.v1.PricedLine;
import io.meridian.contracts.inventory.v1.Product;
import io.meridian.inventory.catalogue.ViewCatalogue.Page;
import io.meridian.inventory.holding.HoldStock;
import io.meridian.inventory.model.Sku;
import java.time.Instant;
import java.util.List;

/** Says values of the model in the words of the contract. */
final class Answers {

    private Answers() {}

    static Held held(HoldStock.Held held) {
        return Held.newBuilder()
                .addAllLines(held.lines().stream().map(Answers::pricedLine).toList())
                .setExpiresAt(timestamp(held.expiresAt()))
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

    private static Timestamp timestamp(Instant at) {
        return Timestamp.newBuilder()
                .setSeconds(at.getEpochSecond())
                .setNanos(at.getNano())
                .build();
    }
}
