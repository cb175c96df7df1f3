package io.meridian.simulation.fault;

/** What can go wrong in a schedule. Each counts how often it truly happened. */
public enum Fault {
    CALL_LOST("a call between services is lost before it arrives"),
    ANSWER_LOST("a call has its effect and its answer is lost"),
    CALL_LATE("a call arrives when nobody waits for it any more"),
    CALL_REPEATED("a call arrives twice"),
    PARTITION("two services cannot reach one another"),
    STATEMENT_LOST("a database connection breaks before the statement"),
    COMMIT_UNKNOWN("a database connection breaks after the statement or commit, before its answer"),
    DATABASE_AWAY("a database is away"),
    DATABASE_CRASH("a database crashes and has lost what was not waited for"),
    DATABASE_SLOW("a database is slow"),
    CRASH_ORDER("an order service dies between two steps"),
    CRASH_INVENTORY("an inventory service dies between two steps"),
    CRASH_PAYMENT("a payment service dies between two steps"),
    POWER_FAILURE("all processes die at once"),
    PAUSE_ORDER("an order service is stopped and wakes up later"),
    PAUSE_INVENTORY("an inventory service is stopped and wakes up later"),
    PAUSE_PAYMENT("a payment service is stopped and wakes up later"),
    CLOCK_AHEAD("the clock of one process is ahead"),
    CLOCK_BEHIND("the clock of one process is behind"),
    PROVIDER_AWAY("the card provider is away"),
    PROVIDER_REQUEST_LOST("a request to the card provider is lost"),
    PROVIDER_SILENT("the card provider does it and does not say so"),
    PROVIDER_LATE("a request reaches the card provider after its asker gave up"),
    PROVIDER_FAILS("the card provider says that it failed"),
    BROKER_AWAY("the broker is away"),
    PUBLISH_LOST("a batch of events does not reach the broker"),
    ACK_LOST("the broker has a batch and its acknowledgement is lost"),
    OFFSET_LOST("an offset is not committed"),
    REBALANCE("partitions change hands in the middle of a record"),
    REPLAY("a topic is consumed again from its beginning"),
    RELAY_BROKEN("the relay's connection to the log breaks"),
    CONFIRM_LOST("what the relay confirmed is forgotten"),
    SLOT_TAKEN("the log still takes a dead relay for alive"),
    POISON("a record nobody can read stands before good ones"),
    SAME_KEY("one idempotency key is used at once by several requests"),
    OTHER_BODY("one idempotency key is used for another request"),
    CANCELLED("the customer cancels while the order is being placed"),
    CUSTOMER_LEFT("the customer does not wait for the answer and asks again"),
    EXPIRY("holds and authorisations expire while the order is under way"),
    PUT_ASIDE("a good record is put aside as a dead letter, and given back after newer ones were heard");

    private final String words;

    Fault(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }
}
