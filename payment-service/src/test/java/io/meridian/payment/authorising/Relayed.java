package io.meridian.payment.authorising;

import io.meridian.payment.model.Fact;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.Payment;
import io.meridian.payment.model.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Payments that pass everything on, for those who want to do one thing differently. */
abstract class Relayed implements Payments {

    private final Payments payments;

    Relayed(Payments payments) {
        this.payments = payments;
    }

    @Override
    public Optional<Payment> find(OrderId orderId) {
        return payments.find(orderId);
    }

    @Override
    public boolean open(Payment first) {
        return payments.open(first);
    }

    @Override
    public void write(Transition transition) {
        payments.write(transition);
    }

    @Override
    public Payment raise(Payment seen, long epoch) {
        return payments.raise(seen, epoch);
    }

    @Override
    public void announce(OrderId orderId, Fact fact, Instant at) {
        payments.announce(orderId, fact, at);
    }

    @Override
    public void postpone(Payment payment, Instant dueAt) {
        payments.postpone(payment, dueAt);
    }

    @Override
    public Payment awaitChange(Payment seen, Duration atMost) {
        return payments.awaitChange(seen, atMost);
    }

    @Override
    public List<Payment> claimDue(Instant now, Instant leasedUntil, int atMost) {
        return payments.claimDue(now, leasedUntil, atMost);
    }
}
