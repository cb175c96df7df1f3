package io.meridian.order.remote;

import io.grpc.Channel;
import io.meridian.contracts.payment.v1.ListPaymentsRequest;
import io.meridian.contracts.payment.v1.Payment;
import io.meridian.contracts.payment.v1.PaymentServiceGrpc;
import io.meridian.contracts.payment.v1.PaymentServiceGrpc.PaymentServiceBlockingStub;
import io.meridian.edges.grpc.Calls;
import io.meridian.order.model.Money;
import io.meridian.order.model.OrderId;
import io.meridian.order.reconciling.Entry.Paid;
import io.meridian.order.reconciling.Entry.Paying;
import io.meridian.order.reconciling.Ledger;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What payment has, by {@code payment.v1.PaymentService/ListPayments}. */
public final class GrpcPaymentLedger implements Ledger<Paid> {

    private final PaymentServiceBlockingStub stub;
    private final Duration within;

    /** @param within how long one page is waited for */
    public GrpcPaymentLedger(Channel payment, Duration within) {
        this.stub = PaymentServiceGrpc.newBlockingStub(payment);
        this.within = within;
    }

    @Override
    public List<Paid> after(@Nullable OrderId after, int limit) {
        var request = ListPaymentsRequest.newBuilder()
                .setAfter(after == null ? "" : after.toString())
                .setLimit(limit)
                .build();
        return Pages.asked("payment", () -> Calls.within(within, stub).listPayments(request)).getPaymentsList().stream()
                .map(GrpcPaymentLedger::paid)
                .toList();
    }

    private static Paid paid(Payment payment) {
        return new Paid(
                OrderId.parse("order_id", payment.getOrderId()),
                state(payment.getStatus()),
                new Money(payment.getAmount().getAmount(), payment.getAmount().getCurrency()),
                payment.getInFlight());
    }

    private static Paying state(Payment.Status status) {
        return switch (status) {
            case STATUS_AUTHORISED -> Paying.AUTHORISED;
            case STATUS_CAPTURED -> Paying.CAPTURED;
            case STATUS_VOIDED -> Paying.VOIDED;
            case STATUS_REFUNDED -> Paying.REFUNDED;
            case STATUS_DECLINED -> Paying.DECLINED;
            // A state of a later version is one that we do not know.
            case STATUS_UNKNOWN, STATUS_UNSPECIFIED, UNRECOGNIZED -> Paying.UNKNOWN;
        };
    }
}
