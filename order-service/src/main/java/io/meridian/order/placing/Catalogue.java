package io.meridian.order.placing;

import io.meridian.order.model.Line;
import io.meridian.order.model.Sku;
import java.util.List;

/** Knows of some products that nobody sells them. Whether there is enough of a product, and at what price, only {@link Stock} says. */
@FunctionalInterface
public interface Catalogue {

    /** Knows nothing. */
    Catalogue SILENT = _ -> List.of();

    /** Those of the lines that are surely in no catalogue; empty if it does not know. Asked before anything is written, and waits for nobody. */
    List<Sku> unknownOf(List<Line> lines);
}
