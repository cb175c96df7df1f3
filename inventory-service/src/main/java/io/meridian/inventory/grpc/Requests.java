package io.meridian.inventory.grpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.meridian.inventory.catalogue.ViewCatalogue;
import io.meridian.inventory.holding.HoldPages;
import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.Sku;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Turns what was sent into values of the model, or refuses it with what was expected and what was found. */
final class Requests {

    /** The most lines of one order. */
    static final int MAX_LINES = 100;

    /** As much of a wrong value as helps whoever sent it; a status travels in a header, which is small. */
    private static final int SHOWN = 40;

    private Requests() {}

    static OrderId orderId(String text) {
        return orderId("order_id", text);
    }

    static OrderId orderId(String field, String text) {
        try {
            return OrderId.of(text);
        } catch (IllegalArgumentException _) {
            throw malformed(field, "a UUID of 36 characters", text);
        }
    }

    static Sku sku(String field, String text) {
        if (!Sku.isWellFormed(text)) {
            throw malformed(field, Sku.SHAPE, text);
        }
        return new Sku(text);
    }

    static List<Line> lines(List<io.meridian.contracts.inventory.v1.Line> sent) {
        if (sent.isEmpty() || sent.size() > MAX_LINES) {
            throw malformed("lines", "1 to " + MAX_LINES + " lines", Integer.toString(sent.size()));
        }
        var seen = new HashSet<Sku>();
        var lines = new ArrayList<Line>(sent.size());
        for (var i = 0; i < sent.size(); i++) {
            var line = line("lines[" + i + "].", sent.get(i));
            if (!seen.add(line.sku())) {
                throw malformed("lines[" + i + "].sku", "each SKU at most once", line.sku().value());
            }
            lines.add(line);
        }
        return lines;
    }

    static long epoch(long sent) {
        if (sent < 0) {
            throw malformed("epoch", "0 or more", Long.toString(sent));
        }
        return sent;
    }

    /** 0, which is what proto3 sends for nothing, stands for the usual number. */
    static int limit(int sent) {
        if (sent < 0 || sent > ViewCatalogue.MAX_LIMIT) {
            throw malformed("limit", "1 to " + ViewCatalogue.MAX_LIMIT + ", or 0 for the default", Integer.toString(sent));
        }
        return sent == 0 ? ViewCatalogue.DEFAULT_LIMIT : sent;
    }

    static int holdLimit(int sent) {
        if (sent < 0 || sent > HoldPages.MAX_LIMIT) {
            throw malformed("limit", "1 to " + HoldPages.MAX_LIMIT + ", or 0 for the default", Integer.toString(sent));
        }
        return sent == 0 ? HoldPages.DEFAULT_LIMIT : sent;
    }

    private static Line line(String field, io.meridian.contracts.inventory.v1.Line sent) {
        var sku = sku(field + "sku", sent.getSku());
        var quantity = sent.getQuantity();
        if (quantity < 1 || quantity > Line.MAX_QUANTITY) {
            throw malformed(field + "quantity", "1 to " + Line.MAX_QUANTITY, Integer.toString(quantity));
        }
        return new Line(sku, quantity);
    }

    private static StatusRuntimeException malformed(String field, String expected, String found) {
        var shown = found.length() <= SHOWN ? found : found.substring(0, SHOWN) + "…";
        return Status.INVALID_ARGUMENT
                .withDescription("%s: expected %s, found \"%s\"".formatted(field, expected, shown))
                .asRuntimeException();
    }
}
