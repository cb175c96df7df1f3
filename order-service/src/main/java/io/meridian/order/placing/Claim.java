package io.meridian.order.placing;

/** What became of an attempt to journal an order under an idempotency key. */
public sealed interface Claim {

    /** The key is ours and the order is journalled. */
    record Fresh(Entry entry) implements Claim {}

    /** The key was used before. Nothing was written. */
    sealed interface Earlier extends Claim {}

    /** The same request came before; this is its order as it stands now. */
    record Repeated(Entry entry) implements Earlier {}

    /** The key belongs to another request. */
    record OtherRequest() implements Earlier {}
}
