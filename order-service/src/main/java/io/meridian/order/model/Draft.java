package io.meridian.order.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a customer asks for: everything an order begins with, checked. Prices are not in it; the catalogue names those. */
public record Draft(CustomerId customer, List<Line> lines, CardToken card) {

    /** The most lines in one order; a bound that keeps a hold's transaction short. */
    public static final int MOST_LINES = 100;

    /** One line as a client sent it; null means it left the field out. */
    public record Item(@Nullable String sku, @Nullable Integer quantity) {}

    public Draft {
        requireSome(lines.size());
        lines = List.copyOf(lines);
        requireEachOnce(lines);
    }

    /**
     * Reads what a client sent, from whichever edge; null means it left the field out.
     *
     * @throws Malformed naming the first place that is not as it must be
     */
    public static Draft parse(
            @Nullable String customerId, @Nullable List<? extends @Nullable Item> items, @Nullable String token) {
        var customer = CustomerId.parse(customerId);
        if (items == null) {
            throw new Malformed("items", "1 to " + MOST_LINES + " items", "missing");
        }
        requireSome(items.size());
        var lines = new ArrayList<Line>(items.size());
        for (var item : items) {
            lines.add(line("items[" + lines.size() + "]", item));
        }
        return new Draft(customer, lines, CardToken.parse(token));
    }

    /** The same for the same request and, as far as SHA-256 goes, for no other: how a repeat is told from a reused key. */
    public String fingerprint() {
        var text = new StringBuilder(customer.value()).append('\n').append(card.value());
        lines.forEach(it -> text.append('\n').append(it.sku().value()).append(' ').append(it.quantity()));
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private static Line line(String place, @Nullable Item item) {
        if (item == null) {
            throw new Malformed(place, "an object with sku and quantity", "null");
        }
        var sku = item.sku();
        if (sku == null || !Sku.isShapedLike(sku)) {
            throw new Malformed(place + ".sku", "SKU- and four digits", sku == null ? "missing" : Malformed.shown(sku));
        }
        var quantity = item.quantity();
        if (quantity == null || quantity < 1 || quantity > Line.MOST) {
            throw new Malformed(
                    place + ".quantity", "1 to " + Line.MOST, quantity == null ? "missing" : quantity.toString());
        }
        return new Line(new Sku(sku), quantity);
    }

    private static void requireSome(int count) {
        if (count < 1 || count > MOST_LINES) {
            throw new Malformed("items", "1 to " + MOST_LINES + " items", count + " items");
        }
    }

    private static void requireEachOnce(List<Line> lines) {
        var seen = new HashSet<Sku>();
        for (var line : lines) {
            if (!seen.add(line.sku())) {
                throw new Malformed("items", "each sku once", line.sku() + " twice");
            }
        }
    }
}
