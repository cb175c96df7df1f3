package io.meridian.simulation.schedule;

/** What must hold in the end of every schedule; the numbers are those of the platform's list of invariants. */
public enum Oracle {
    /** Captured less refunded is the total of what is confirmed, order by order; nothing is captured or refunded twice. */
    MONEY,
    /** On hand, held and sold are what there was; sold is what confirmed orders have; nothing is held for an order that ended. */
    STOCK,
    /** What was answered is so: no acknowledged order is lost, and none is taken back without a reason. */
    ACKNOWLEDGED,
    /** Every order has ended, and nothing is left to do for it, a minute after the last fault. */
    ENDED,
    /** What is published was committed, what was committed is published, in the order of its aggregate. */
    PUBLISHED,
    /** The log of an order tells what the others did for it. */
    FOLLOWED,
    /** A record has its effect once. */
    ONCE,
    /** One key is one order, and one answer. */
    SAME_ANSWER,
    /** Nobody writes in an epoch older than one that was seen. */
    EPOCH,
    /** Of every record that was acknowledged exactly one thing became: applied, duplicate, stale or parked. */
    ACCOUNTED,
    /** No lease, lock, transaction or caller is left over. */
    RETURNED,
    /** The constraints of the databases had nothing to refuse. */
    CONSTRAINT,
    /** Nothing failed that no fault explains. */
    UNEXPECTED
}
