package io.meridian.payment.events;

import com.google.protobuf.Timestamp;
import io.meridian.contracts.payment.v1.CaptureFailed;
import io.meridian.contracts.payment.v1.PaymentCaptured;
import io.meridian.contracts.payment.v1.PaymentEvent;
import io.meridian.contracts.payment.v1.PaymentRefunded;
import io.meridian.contracts.payment.v1.PaymentVoided;
import io.meridian.outbox.OutgoingEvent;
import io.meridian.outbox.jdbc.Outbox;
import io.meridian.payment.authorising.Announcements;
import io.meridian.payment.model.Fact;
import io.meridian.payment.model.Money;
import io.meridian.payment.model.OrderId;
import java.time.Instant;

/** Announces through the outbox, on {@code payments.v1}. */
public final class OutboxAnnouncements implements Announcements {

    private final Outbox outbox;

    public OutboxAnnouncements(Outbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public void announce(OrderId orderId, Fact fact, Instant at) {
        var event = PaymentEvent.newBuilder()
                .setOrderId(orderId.toString())
                .setAt(Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()));
        var name =
                switch (fact) {
                    case Fact.Captured(var amount) -> {
                        event.setPaymentCaptured(PaymentCaptured.newBuilder().setAmount(money(amount)));
                        yield "PaymentCaptured";
                    }
                    case Fact.Voided _ -> {
                        event.setPaymentVoided(PaymentVoided.getDefaultInstance());
                        yield "PaymentVoided";
                    }
                    case Fact.Refunded(var amount) -> {
                        event.setPaymentRefunded(PaymentRefunded.newBuilder().setAmount(money(amount)));
                        yield "PaymentRefunded";
                    }
                    case Fact.CaptureFailed _ -> {
                        event.setCaptureFailed(CaptureFailed.getDefaultInstance());
                        yield "CaptureFailed";
                    }
                };
        outbox.append(new OutgoingEvent(
                Topics.PAYMENTS, orderId.toString(), "payment.v1." + name, event.build().toByteArray()));
    }

    private static io.meridian.contracts.common.v1.Money money(Money money) {
        return io.meridian.contracts.common.v1.Money.newBuilder()
                .setAmount(money.amount())
                .setCurrency(money.currency())
                .build();
    }
}
