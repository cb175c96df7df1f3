package io.meridian.order.reconciling;

import io.meridian.order.model.OrderId;

/**
 * Something about one order that two of the three tell differently.
 *
 * @param found what each has
 */
public record Difference(OrderId order, Kind kind, String found) {

    /** What differs. */
    public enum Kind {
        /** Money was asked for on behalf of nobody. */
        PAYMENT_WITHOUT_ORDER(false),
        /** Stock was set aside for nobody. */
        HOLD_WITHOUT_ORDER(false),
        /** Money was taken before the order was confirmed. */
        CAPTURED_BEFORE_CONFIRMED(false),
        /** Stock was sold before the order was confirmed. */
        SOLD_BEFORE_CONFIRMED(false),
        /** Another amount was taken than the order costs. */
        OTHER_AMOUNT(false),
        /** Other things were sold than were ordered. */
        OTHER_LINES(false),
        /** The order is neither confirmed nor refused. */
        UNFINISHED_ORDER(true),
        /** What the provider did for the order is not known. */
        UNFINISHED_PAYMENT(true),
        /** The order is confirmed and its money is not taken. */
        NOT_CAPTURED(true),
        /** The order is confirmed and its stock is not sold. */
        NOT_SOLD(true),
        /** The order was refused or taken back and its money is still reserved or taken. */
        KEEPS_MONEY(true),
        /** The order was refused or taken back and its stock is still held or sold. */
        KEEPS_STOCK(true);

        private final boolean passing;

        Kind(boolean passing) {
            this.passing = passing;
        }

        /** Whether every order is like this for a moment, on its way. */
        public boolean isPassing() {
            return passing;
        }
    }
}
