package io.meridian.gateway.stock;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What this gateway knows of the stock.
 *
 * @param target of inventory's gRPC, such as {@code hosts:///inventory-1:9102,inventory-2:9102}
 * @param oldest how old what is known may be to be told while inventory is away; 0 tells nothing
 */
@ConfigurationProperties("meridian.gateway.stock")
public record StockProperties(String target, @DefaultValue("5m") Duration oldest) {

    public StockProperties {
        if (oldest.isNegative()) {
            throw new IllegalArgumentException(
                    "meridian.gateway.stock.oldest must be positive, or 0 to tell nothing, was " + oldest);
        }
    }
}
