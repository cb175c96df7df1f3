package io.meridian.order.placing;

/** What became of an attempt to journal an order under an idempotency key. */
public sealed interface Claim {

    /** The key is ours and the order is journalled. */
    record Fresh(Entry entry) implements Claim {}

    /** The same request came before; this is its order as it stands now. Nothing was written. */
    record Repeated(Entry entry) implements Claim {}

    /** The key belongs to another request. Nothing was written. */
    record OtherRequest() implements Claim {}
}
