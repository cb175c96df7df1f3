package io.meridian.payment.grpc;

import com.google.protobuf.Timestamp;
import io.meridian.contracts.common.v1.Money;
import io.meridian.contracts.payment.v1.Authorised;
import io.meridian.contracts.payment.v1.Declined;
import io.meridian.contracts.payment.v1.Declined.Reason;
import io.meridian.contracts.payment.v1.ListPaymentsResponse;
import io.meridian.contracts.payment.v1.Payment;
import io.meridian.payment.model.DeclineReason;
import io.meridian.payment.model.State.Charged;
import io.meridian.payment.model.State.Unfinished;
import io.meridian.payment.model.Status;
import java.time.Instant;
import java.util.List;

/** Says values of the model in the words of the contract. */
final class Answers {

    private Answers() {}

    static Authorised authorised(Instant expiresAt) {
        return Authorised.newBuilder().setExpiresAt(timestamp(expiresAt)).build();
    }

    static Declined declined(DeclineReason reason) {
        var said =
                switch (reason) {
                    case CARD_DECLINED -> Reason.REASON_CARD_DECLINED;
                    case INSUFFICIENT_FUNDS -> Reason.REASON_INSUFFICIENT_FUNDS;
                    case UNKNOWN_CARD -> Reason.REASON_UNKNOWN_CARD;
                };
        return Declined.newBuilder().setReason(said).build();
    }

    static Payment payment(io.meridian.payment.model.Payment payment, Charged charged) {
        var amount = charged.charge().amount();
        return Payment.newBuilder()
                .setOrderId(payment.orderId().toString())
                .setStatus(status(charged.status()))
                .setAmount(Money.newBuilder().setAmount(amount.amount()).setCurrency(amount.currency()))
                .setUpdatedAt(timestamp(payment.updatedAt()))
                .setInFlight(charged instanceof Unfinished)
                .build();
    }

    /** A page that is not full is the last one. */
    static ListPaymentsResponse page(List<io.meridian.payment.model.Payment> payments, int limit) {
        var answer = ListPaymentsResponse.newBuilder();
        for (var payment : payments) {
            if (payment.state() instanceof Charged charged) {
                answer.addPayments(payment(payment, charged));
            }
        }
        if (payments.size() == limit) {
            answer.setNext(payments.getLast().orderId().toString());
        }
        return answer.build();
    }

    private static Payment.Status status(Status status) {
        return switch (status) {
            case AUTHORISED -> Payment.Status.STATUS_AUTHORISED;
            case CAPTURED -> Payment.Status.STATUS_CAPTURED;
            case VOIDED -> Payment.Status.STATUS_VOIDED;
            case REFUNDED -> Payment.Status.STATUS_REFUNDED;
            case DECLINED -> Payment.Status.STATUS_DECLINED;
            case UNKNOWN -> Payment.Status.STATUS_UNKNOWN;
        };
    }

    private static Timestamp timestamp(Instant at) {
        return Timestamp.newBuilder()
                .setSeconds(at.getEpochSecond())
                .setNanos(at.getNano())
                .build();
    }
}
