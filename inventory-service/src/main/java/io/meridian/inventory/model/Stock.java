package io.meridian.inventory.model;

/**
 * Where the pieces of one product are: on hand (anyone may have them), held (set aside for an order), sold.
 *
 * <p>Pieces only move between the three, so their sum never changes, and none is ever negative. The version grows by one
 * with every move; of two values the one with the higher version is the newer.
 */
public record Stock(long onHand, long held, long sold, long version) {

    public Stock {
        if (onHand < 0 || held < 0 || sold < 0) {
            throw new IllegalArgumentException(
                    "stock must not be negative, was onHand=%d held=%d sold=%d".formatted(onHand, held, sold));
        }
    }

    /** Whether {@code move} finds enough pieces where it takes them from. */
    public boolean allows(Move move, int quantity) {
        return in(move.source()) >= quantity;
    }

    /** @throws IllegalArgumentException if this stock does not {@linkplain #allows allow} it */
    public Stock after(Move move, int quantity) {
        return new Stock(
                onHand + change(move, Place.ON_HAND, quantity),
                held + change(move, Place.HELD, quantity),
                sold + change(move, Place.SOLD, quantity),
                version + 1);
    }

    /** What the catalogue began with. */
    public long total() {
        return onHand + held + sold;
    }

    private long in(Place place) {
        return switch (place) {
            case ON_HAND -> onHand;
            case HELD -> held;
            case SOLD -> sold;
        };
    }

    private static long change(Move move, Place place, int quantity) {
        return (long) move.sign(place) * quantity;
    }
}
