package io.meridian.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.inventory.catalogue.ViewCatalogue;
import io.meridian.inventory.holding.HoldStock;
import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.Sku;
import io.meridian.testkit.UsesParts;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

/** The service starts and serves though there is no Redis, and never was. */
@SpringBootTest(
        classes = InventoryApplication.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            // Nobody listens on port 1.
            "spring.data.redis.host=127.0.0.1",
            "spring.data.redis.port=1",
            // The other context of this JVM hears of the orders.
            "spring.kafka.listener.auto-startup=false"
        })
@UsesParts({UsesParts.Part.POSTGRES, UsesParts.Part.KAFKA})
class WithoutRedisIT {

    private static final Sku SKU = new Sku("SKU-0002");

    @Autowired
    private ViewCatalogue catalogue;

    @Autowired
    private HoldStock holdStock;

    @Test
    void productsAreReadAndHeld() {
        var before = catalogue.product(SKU).orElseThrow().stock().held();

        var outcome = holdStock.hold(new OrderId(UUID.randomUUID()), 0, List.of(new Line(SKU, 3)));

        assertThat(outcome).isInstanceOf(HoldStock.Held.class);
        assertThat(catalogue.product(SKU).orElseThrow().stock().held()).isEqualTo(before + 3);
    }
}
