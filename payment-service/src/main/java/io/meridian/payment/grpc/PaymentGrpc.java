package io.meridian.payment.grpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.meridian.contracts.payment.v1.AuthorisationClosed;
import io.meridian.contracts.payment.v1.AuthorisationUnknown;
import io.meridian.contracts.payment.v1.AuthoriseRequest;
import io.meridian.contracts.payment.v1.AuthoriseResponse;
import io.meridian.contracts.payment.v1.GetPaymentRequest;
import io.meridian.contracts.payment.v1.ListPaymentsRequest;
import io.meridian.contracts.payment.v1.ListPaymentsResponse;
import io.meridian.contracts.payment.v1.Payment;
import io.meridian.contracts.payment.v1.PaymentServiceGrpc.PaymentServiceImplBase;
import io.meridian.contracts.payment.v1.ProviderFailed;
import io.meridian.contracts.payment.v1.VoidRequest;
import io.meridian.contracts.payment.v1.VoidResponse;
import io.meridian.edges.grpc.StaleEpoch;
import io.meridian.payment.authorising.Authorise;
import io.meridian.payment.authorising.PaymentPages;
import io.meridian.payment.authorising.Payments;
import io.meridian.payment.authorising.Undo;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.State.Charged;
import org.springframework.stereotype.Service;

/**
 * {@code payment.v1.PaymentService}. What an order's caller must deal with is an answer, not a status; a request that can never
 * be accepted is INVALID_ARGUMENT, one that contradicts what was done before FAILED_PRECONDITION, and one that comes from a driver
 * of the order who has been overtaken {@link StaleEpoch}.
 */
@Service
public final class PaymentGrpc extends PaymentServiceImplBase {

    private final Authorise authorise;
    private final Undo undo;
    private final Payments payments;
    private final PaymentPages pages;

    public PaymentGrpc(Authorise authorise, Undo undo, Payments payments, PaymentPages pages) {
        this.authorise = authorise;
        this.undo = undo;
        this.payments = payments;
        this.pages = pages;
    }

    @Override
    public void authorise(AuthoriseRequest request, StreamObserver<AuthoriseResponse> caller) {
        var orderId = Requests.orderId(request.getOrderId());
        var epoch = Requests.epoch(request.getEpoch());
        answer(caller, response(orderId, epoch, authorise.authorise(orderId, epoch, Requests.charge(request))));
    }

    @Override
    public void void_(VoidRequest request, StreamObserver<VoidResponse> caller) {
        var orderId = Requests.orderId(request.getOrderId());
        var epoch = Requests.epoch(request.getEpoch());
        switch (undo.voided(orderId, epoch)) {
            case UNDONE, UNDERWAY -> answer(caller, VoidResponse.getDefaultInstance());
            case OVERTAKEN -> throw StaleEpoch.refusal("order " + orderId, epoch);
            case TAKEN ->
                throw contradiction("the money of order " + orderId + " is taken; cancelling the order refunds it");
        }
    }

    @Override
    public void getPayment(GetPaymentRequest request, StreamObserver<Payment> caller) {
        var orderId = Requests.orderId(request.getOrderId());
        var payment = payments.find(orderId);
        if (payment.isPresent() && payment.get().state() instanceof Charged charged) {
            answer(caller, Answers.payment(payment.get(), charged));
            return;
        }
        throw Status.NOT_FOUND
                .withDescription("nobody asked for money for order " + orderId)
                .asRuntimeException();
    }

    @Override
    public void listPayments(ListPaymentsRequest request, StreamObserver<ListPaymentsResponse> caller) {
        var after = request.getAfter().isEmpty() ? null : Requests.orderId("after", request.getAfter());
        var limit = Requests.limit(request.getLimit());
        answer(caller, Answers.page(pages.after(after, limit), limit));
    }

    private static AuthoriseResponse response(OrderId orderId, long epoch, Authorise.Outcome outcome) {
        var response = AuthoriseResponse.newBuilder();
        return switch (outcome) {
            case Authorise.Outcome.Authorised(var expiresAt) ->
                response.setAuthorised(Answers.authorised(expiresAt)).build();
            case Authorise.Outcome.Declined(var reason) ->
                response.setDeclined(Answers.declined(reason)).build();
            case Authorise.Outcome.Closed _ ->
                response.setClosed(AuthorisationClosed.getDefaultInstance()).build();
            case Authorise.Outcome.Unknown _ ->
                response.setUnknown(AuthorisationUnknown.getDefaultInstance()).build();
            case Authorise.Outcome.ProviderFailed _ ->
                response.setProviderFailed(ProviderFailed.getDefaultInstance()).build();
            case Authorise.Outcome.Overtaken _ -> throw StaleEpoch.refusal("order " + orderId, epoch);
            case Authorise.Outcome.Different _ ->
                throw contradiction("another amount or card was asked for before, for order " + orderId);
        };
    }

    private static StatusRuntimeException contradiction(String description) {
        return Status.FAILED_PRECONDITION.withDescription(description).asRuntimeException();
    }

    private static <T> void answer(StreamObserver<T> caller, T answer) {
        caller.onNext(answer);
        caller.onCompleted();
    }
}
