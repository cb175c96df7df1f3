package io.meridian.order.remote;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.meridian.contracts.payment.v1.AuthoriseRequest;
import io.meridian.contracts.payment.v1.AuthoriseResponse;
import io.meridian.contracts.payment.v1.Declined;
import io.meridian.contracts.payment.v1.GetPaymentRequest;
import io.meridian.contracts.payment.v1.PaymentServiceGrpc;
import io.meridian.contracts.payment.v1.PaymentServiceGrpc.PaymentServiceBlockingStub;
import io.meridian.edges.grpc.Calls;
import io.meridian.order.model.CardToken;
import io.meridian.order.model.Money;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Rejection;
import io.meridian.order.placing.Payments;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks payment. */
public final class GrpcPayments implements Payments {

    private static final Logger log = LoggerFactory.getLogger(GrpcPayments.class);

    private final Peer payment;
    private final PaymentServiceBlockingStub stub;

    public GrpcPayments(Peer payment) {
        this.payment = payment;
        this.stub = PaymentServiceGrpc.newBlockingStub(payment.channel());
    }

    @Override
    public Answer authorise(OrderId order, long epoch, Money amount, CardToken card, Duration within) {
        var request = AuthoriseRequest.newBuilder()
                .setOrderId(order.toString())
                .setEpoch(epoch)
                .setToken(card.value());
        request.getAmountBuilder().setAmount(amount.amount()).setCurrency(amount.currency());
        payment.connect();
        try {
            return answer(order, Calls.within(within, stub).authorise(request.build()));
        } catch (StatusRuntimeException fault) {
            return switch (payment.verdictOn(order, fault)) {
                case OVERTAKEN -> new Answer.Overtaken();
                case UNKNOWN -> new Answer.Unknown(Peer.why(fault));
                case UNAVAILABLE -> new Answer.Unavailable(Peer.why(fault));
            };
        }
    }

    /** Opens the connection and runs a first call, so that no order pays for it. Fails if payment is not there. */
    void warm(Duration within, OrderId nobodys) {
        try {
            var _ = Calls.within(within, stub)
                    .withWaitForReady()
                    .getPayment(GetPaymentRequest.newBuilder()
                            .setOrderId(nobodys.toString())
                            .build());
        } catch (StatusRuntimeException answer) {
            if (answer.getStatus().getCode() != Status.Code.NOT_FOUND) {
                throw answer;
            }
        }
    }

    private static Answer answer(OrderId order, AuthoriseResponse response) {
        return switch (response.getOutcomeCase()) {
            case AUTHORISED -> new Answer.Authorised();
            case DECLINED -> new Answer.Declined(reason(response.getDeclined().getReason()));
            case CLOSED -> new Answer.Closed();
            case UNKNOWN -> new Answer.Unknown("the card provider has not answered payment");
            // Payment has written it down and never asks again, so neither need whoever settles the order.
            case PROVIDER_FAILED -> new Answer.Declined(Rejection.DEPENDENCY_UNAVAILABLE);
            case OUTCOME_NOT_SET -> {
                log.atError().addKeyValue("orderId", order).log("payment gave an outcome this version does not know");
                yield new Answer.Unavailable("payment gave an outcome this version does not know");
            }
        };
    }

    private static Rejection reason(Declined.Reason reason) {
        return switch (reason) {
            case REASON_INSUFFICIENT_FUNDS -> Rejection.INSUFFICIENT_FUNDS;
            case REASON_UNKNOWN_CARD -> Rejection.UNKNOWN_CARD;
            // A reason of a later version is still a declined card.
            case REASON_CARD_DECLINED, REASON_UNSPECIFIED, UNRECOGNIZED -> Rejection.CARD_DECLINED;
        };
    }
}
