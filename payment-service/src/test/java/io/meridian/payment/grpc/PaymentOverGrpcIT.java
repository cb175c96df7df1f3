package io.meridian.payment.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import io.meridian.contracts.payment.v1.AuthoriseRequest;
import io.meridian.contracts.payment.v1.AuthoriseResponse.OutcomeCase;
import io.meridian.contracts.payment.v1.Declined.Reason;
import io.meridian.contracts.payment.v1.GetPaymentRequest;
import io.meridian.contracts.payment.v1.ListPaymentsRequest;
import io.meridian.contracts.payment.v1.ListPaymentsResponse;
import io.meridian.contracts.payment.v1.Payment;
import io.meridian.contracts.payment.v1.VoidRequest;
import io.meridian.edges.grpc.StaleEpoch;
import io.meridian.payment.Doors;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

class PaymentOverGrpcIT extends Doors {

    @Test
    void theGoodCardIsAuthorisedForHalfAnHour() {
        var authorised = authorise("tok_ok").getAuthorised();

        assertThat(Instant.ofEpochSecond(authorised.getExpiresAt().getSeconds()))
                .isBetween(Instant.now().plusSeconds(29 * 60), Instant.now().plusSeconds(31 * 60));
        assertThat(journal()).containsExactly("AUTHORISE SUCCEEDED");
        assertThat(moved()).containsExactly("RESERVED");
    }

    @ParameterizedTest
    @CsvSource({
        "tok_declined, REASON_CARD_DECLINED",
        "tok_insufficient_funds, REASON_INSUFFICIENT_FUNDS",
        "tok_nobody_knows, REASON_UNKNOWN_CARD",
        "'\"><script>', REASON_UNKNOWN_CARD"
    })
    void aRefusedCardIsDeclinedEachTime(String token, Reason reason) {
        assertThat(authorise(token).getDeclined().getReason()).isEqualTo(reason);
        assertThat(authorise(token).getDeclined().getReason()).isEqualTo(reason);
        assertThat(moved()).isEmpty();
    }

    @Test
    void theBrokenCardIsAProviderThatFailed() {
        assertThat(authorise("tok_error").getOutcomeCase()).isEqualTo(OutcomeCase.PROVIDER_FAILED);
        assertThat(authorise("tok_error").getOutcomeCase()).isEqualTo(OutcomeCase.PROVIDER_FAILED);
        assertThat(moved()).isEmpty();
    }

    @Test
    void aSlowCardWithinTheTimeoutIsAuthorised() {
        assertThat(authorise("tok_slow_100").getOutcomeCase()).isEqualTo(OutcomeCase.AUTHORISED);
    }

    @Test
    void aSlowCardBeyondTheTimeoutIsUnknownUntilTheProviderHasDecided() {
        assertThat(authorise("tok_slow_2500").getOutcomeCase()).isEqualTo(OutcomeCase.UNKNOWN);
        assertThat(authorise("tok_slow_2500").getOutcomeCase()).isEqualTo(OutcomeCase.UNKNOWN);

        becomes("AUTHORISED");
        assertThat(authorise("tok_slow_2500").getOutcomeCase()).isEqualTo(OutcomeCase.AUTHORISED);
        assertThat(moved()).containsExactly("RESERVED");
    }

    @Test
    void theSilentCardIsUnknownAndAskingAgainFindsOutWithoutChargingAgain() {
        assertThat(authorise("tok_timeout").getOutcomeCase()).isEqualTo(OutcomeCase.UNKNOWN);

        assertThat(authorise("tok_timeout").getOutcomeCase()).isEqualTo(OutcomeCase.AUTHORISED);
        assertThat(moved()).containsExactly("RESERVED");
    }

    @Test
    void theSilentCardIsFoundOutAlsoWhenNobodyAsks() {
        authorise("tok_timeout");

        becomes("AUTHORISED");
        assertThat(journal()).containsExactly("AUTHORISE SUCCEEDED");
        assertThat(moved()).containsExactly("RESERVED");
    }

    @Test
    void fiftyAtOnceReserveOnceAndHearTheSame() throws Exception {
        var answers = atOnce(50, () -> authorise("tok_slow_50"));

        assertThat(answers).hasSize(50).containsOnly(answers.getFirst());
        assertThat(answers.getFirst().getOutcomeCase()).isEqualTo(OutcomeCase.AUTHORISED);
        assertThat(moved()).containsExactly("RESERVED");
    }

    @Test
    void aVoidGivesBackAndClosesAndIsHarmlessTwice() {
        authorise("tok_ok");

        letGo();
        letGo();

        assertThat(moved()).containsExactly("RESERVED", "CANCELLED");
        assertThat(status()).isEqualTo(Payment.Status.STATUS_VOIDED);
        assertThat(authorise("tok_ok").getOutcomeCase()).isEqualTo(OutcomeCase.CLOSED);
        assertThat(moved()).containsExactly("RESERVED", "CANCELLED");
    }

    @Test
    void aVoidThatComesFirstClosesTheOrder() {
        letGo();

        assertThat(authorise("tok_ok").getOutcomeCase()).isEqualTo(OutcomeCase.CLOSED);
        assertThat(moved()).isEmpty();
    }

    @Test
    void aVoidWhileItIsUnknownIsDoneOnceItIsKnown() {
        authorise("tok_slow_2000");

        letGo();

        becomes("VOIDED");
        assertThat(moved()).containsExactly("RESERVED", "CANCELLED");
    }

    @Test
    void authorisingAndVoidingAtOnceLeavesNothingReserved() throws Exception {
        atOnce(20, () -> {
            if (Math.floorMod(Thread.currentThread().threadId(), 2) == 0) {
                letGo();
            } else {
                authorise("tok_ok");
            }
            return "";
        });
        letGo();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(stored()).isIn("VOIDED", "CLOSED"));
        assertThat(moved()).isIn(List.of(), List.of("RESERVED", "CANCELLED"));
    }

    @ParameterizedTest
    @CsvSource({
        "'', 1, EUR, tok_ok, order_id",
        "1-1-1-1-1, 1, EUR, tok_ok, order_id",
        "'x'' OR 1=1 --', 1, EUR, tok_ok, order_id",
        "same, 0, EUR, tok_ok, amount.amount",
        "same, -1, EUR, tok_ok, amount.amount",
        "same, -9223372036854775808, EUR, tok_ok, amount.amount",
        "same, 1, '', tok_ok, amount.currency",
        "same, 1, eur, tok_ok, amount.currency",
        "same, 1, EURO, tok_ok, amount.currency",
        "same, 1, EUR, '', token",
        "same, 1, EUR, 'tok ok', token",
        "same, 1, EUR, 'tök', token",
    })
    void whatIsMalformedIsRefusedAndStoresNothing(
            String orderId, long amount, String currency, String token, String field) {
        var request = AuthoriseRequest.newBuilder()
                .setOrderId(orderId.equals("same") ? order.toString() : orderId)
                .setToken(token);
        request.getAmountBuilder().setAmount(amount).setCurrency(currency);

        assertRefused(Status.Code.INVALID_ARGUMENT, () -> payments.authorise(request.build()), text -> assertThat(text)
                .startsWith(field + ": expected ")
                .doesNotContain("tok ok", "tök"));
        assertThat(stored()).isEqualTo("nothing");
    }

    @Test
    void aTokenOfSixtyFiveCharactersIsRefusedWithoutBeingTold() {
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                () -> authorise("x".repeat(65)),
                text -> assertThat(text).contains("found 65 characters").doesNotContain("xxx"));
    }

    @Test
    void theHighestAmountIsTaken() {
        var request = request("tok_ok").toBuilder();
        request.getAmountBuilder().setAmount(Long.MAX_VALUE);

        assertThat(payments.authorise(request.build()).getOutcomeCase()).isEqualTo(OutcomeCase.AUTHORISED);
    }

    @Test
    void malformedIdsAreRefusedEverywhere() {
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                () -> payments.void_(VoidRequest.newBuilder().setOrderId("1").build()),
                text -> assertThat(text).contains("order_id"));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                () -> payments.getPayment(GetPaymentRequest.getDefaultInstance()),
                text -> assertThat(text).contains("order_id"));
    }

    @Test
    void anotherAmountForTheSameOrderIsAContradiction() {
        authorise("tok_ok");
        var request = request("tok_ok").toBuilder();
        request.getAmountBuilder().setAmount(AMOUNT + 1);

        assertRefused(
                Status.Code.FAILED_PRECONDITION,
                () -> payments.authorise(request.build()),
                text -> assertThat(text).contains(order.toString()));
        assertThat(moved()).containsExactly("RESERVED");
    }

    @Test
    void aDriverWhoWasOvertakenIsToldSoAndChangesNothing() {
        payments.authorise(request("tok_ok").toBuilder().setEpoch(1).build());

        assertThatThrownBy(() -> authorise("tok_ok"))
                .isInstanceOfSatisfying(StatusRuntimeException.class, it -> assertThat(StaleEpoch.isRefusal(it)).isTrue());
        assertRefused(Status.Code.ABORTED, this::letGo, text -> assertThat(text).contains("a later epoch than 0"));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                () -> payments.authorise(request("tok_ok").toBuilder().setEpoch(-1).build()),
                text -> assertThat(text).isEqualTo("epoch: expected 0 or more, found -1"));

        assertThat(stored()).isEqualTo("AUTHORISED");
        assertThat(moved()).containsExactly("RESERVED");
    }

    @Test
    void whatNobodyAskedForIsNotFound() {
        assertRefused(Status.Code.NOT_FOUND, this::status, text -> assertThat(text)
                .contains(order.toString()));
    }

    @Test
    void aPaymentIsShownWithItsAmount() {
        authorise("tok_ok");

        var payment = payments.getPayment(
                GetPaymentRequest.newBuilder().setOrderId(order.toString()).build());

        assertThat(payment.getStatus()).isEqualTo(Payment.Status.STATUS_AUTHORISED);
        assertThat(payment.getAmount()).isEqualTo(request("tok_ok").getAmount());
        assertThat(payment.getUpdatedAt().getSeconds()).isPositive();
    }

    @Test
    void itSaysThatItServesAndWhat() throws Exception {
        var health = HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance());

        assertThat(health.getStatus()).isEqualTo(ServingStatus.SERVING);
        assertThat(services()).contains("payment.v1.PaymentService", "grpc.health.v1.Health");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void eachDecisionIsOneLineWithItsOrderAndNoLineHasAToken(CapturedOutput output) {
        authorise("tok_ok");
        letGo();
        assertRefused(Status.Code.INVALID_ARGUMENT, () -> authorise("tok_secret " + order), _ -> {});
        assertRefused(Status.Code.FAILED_PRECONDITION, () -> {
            var other = request("tok_ok").toBuilder();
            other.getAmountBuilder().setAmount(AMOUNT + 1);
            payments.authorise(other.build());
        }, _ -> {});

        await().atMost(PATIENCE).until(() -> lines(output).size() >= 2);
        assertThat(lines(output)).hasSize(2);
        assertThat(lines(output).getFirst()).contains("payment authorised", "\"orderId\":\"" + order + "\"");
        assertThat(lines(output).getLast()).contains("payment voided");
        assertThat(output.getAll()).doesNotContain("tok_ok", "tok_secret");
    }

    @Test
    void paymentsAreListedByOrder() {
        var first = new UUID(-3, 1); // after all that other tests make
        var second = new UUID(-2, 1);
        var third = new UUID(-2, 2);
        for (var id : List.of(third, first, second)) {
            payments.authorise(request("tok_ok").toBuilder().setOrderId(id.toString()).build());
        }
        payments.void_(VoidRequest.newBuilder().setOrderId(third.toString()).build());
        payments.void_(VoidRequest.newBuilder().setOrderId(new UUID(-1, 0).toString()).build()); // before it was asked for

        var page = list(new UUID(-4, 0).toString(), 2);
        var next = list(page.getNext(), 2);

        assertThat(page.getPaymentsList()).extracting(Payment::getOrderId).containsExactly(first.toString(), second.toString());
        assertThat(page.getPayments(0).getStatus()).isEqualTo(Payment.Status.STATUS_AUTHORISED);
        assertThat(page.getPayments(0).getAmount().getAmount()).isEqualTo(AMOUNT);
        assertThat(page.getPayments(0).getInFlight()).isFalse();
        assertThat(next.getPaymentsList()).extracting(Payment::getOrderId).containsExactly(third.toString());
        assertThat(next.getPayments(0).getStatus()).isEqualTo(Payment.Status.STATUS_VOIDED);
        assertThat(next.getNext()).isEmpty();
    }

    @Test
    void aPageOfPaymentsThatCannotBeIsRefused() {
        assertRefused(Status.Code.INVALID_ARGUMENT, () -> list("", 501), it -> assertThat(it)
                .contains("limit: expected 1 to 500"));
        assertRefused(Status.Code.INVALID_ARGUMENT, () -> list("last", 1), it -> assertThat(it)
                .contains("after: expected a UUID"));
    }

    private ListPaymentsResponse list(String after, int limit) {
        return payments.listPayments(ListPaymentsRequest.newBuilder()
                .setAfter(after)
                .setLimit(limit)
                .build());
    }

    private List<String> lines(CapturedOutput output) {
        return output.getAll().lines().filter(line -> line.contains(order.toString())).toList();
    }

    private void letGo() {
        payments.void_(VoidRequest.newBuilder().setOrderId(order.toString()).build());
    }

    private Payment.Status status() {
        return payments.getPayment(
                        GetPaymentRequest.newBuilder().setOrderId(order.toString()).build())
                .getStatus();
    }

    private static void assertRefused(Status.Code code, ThrowingCallable call, Consumer<String> description) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
            assertThat(refused.getStatus().getCode()).isEqualTo(code);
            description.accept(refused.getStatus().getDescription());
        });
    }

    private List<String> services() throws Exception {
        var answer = new CompletableFuture<ServerReflectionResponse>();
        var requests = ServerReflectionGrpc.newStub(channel).serverReflectionInfo(new StreamObserver<>() {
            @Override
            public void onNext(ServerReflectionResponse response) {
                answer.complete(response);
            }

            @Override
            public void onError(Throwable failure) {
                answer.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {}
        });
        requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        var services = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .getListServicesResponse()
                .getServiceList();
        requests.onCompleted();
        return services.stream().map(ServiceResponse::getName).toList();
    }

    private static <T> List<T> atOnce(int count, Callable<T> call) throws Exception {
        var barrier = new CyclicBarrier(count);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var futures = new ArrayList<Future<T>>();
            for (var each = 0; each < count; each++) {
                futures.add(threads.submit(() -> {
                    barrier.await();
                    return call.call();
                }));
            }
            var answers = new ArrayList<T>();
            for (var future : futures) {
                answers.add(future.get());
            }
            return answers;
        }
    }
}
