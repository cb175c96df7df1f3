package io.meridian.order.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.meridian.contracts.inventory.v1.HoldClosed;
import io.meridian.contracts.inventory.v1.HoldRequest;
import io.meridian.contracts.inventory.v1.HoldResponse;
import io.meridian.contracts.inventory.v1.InventoryServiceGrpc;
import io.meridian.contracts.payment.v1.AuthorisationClosed;
import io.meridian.contracts.payment.v1.AuthoriseRequest;
import io.meridian.contracts.payment.v1.AuthoriseResponse;
import io.meridian.contracts.payment.v1.Authorised;
import io.meridian.contracts.payment.v1.Declined;
import io.meridian.contracts.payment.v1.PaymentServiceGrpc;
import io.meridian.contracts.payment.v1.ProviderFailed;
import io.meridian.edges.grpc.StaleEpoch;
import io.meridian.order.model.CardToken;
import io.meridian.order.model.Line;
import io.meridian.order.model.Money;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Rejection;
import io.meridian.order.model.Sku;
import io.meridian.order.placing.Payments;
import io.meridian.order.placing.Stock;
import io.meridian.testkit.ManualTime;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

class GrpcPeersIT {

    private static final Duration WITHIN = Duration.ofSeconds(20);
    private static final OrderId ORDER = OrderId.mint(Instant.now(), new Random(1));
    private static final List<Line> LINES = List.of(new Line(new Sku("SKU-0002"), 1), new Line(new Sku("SKU-0001"), 3));
    private static final long EPOCH = 3;
    private static final Money AMOUNT = new Money(100, "EUR");
    private static final CardToken CARD = new CardToken("tok_ok");

    private Supplier<HoldResponse> hold = HoldResponse::getDefaultInstance;
    private Supplier<AuthoriseResponse> authorise = AuthoriseResponse::getDefaultInstance;
    private final ManualTime time = new ManualTime();
    private Server server;
    private ManagedChannel channel;
    private GrpcStock stock;
    private GrpcPayments payments;

    @BeforeEach
    void start() throws IOException {
        server = serve(0);
        channel = Grpc.newChannelBuilder("127.0.0.1:" + server.getPort(), InsecureChannelCredentials.create())
                .build();
        var peer = new Peer("peer", channel, System::nanoTime);
        stock = new GrpcStock(peer, time.instants());
        payments = new GrpcPayments(peer);
    }

    @AfterEach
    void stop() throws InterruptedException {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource(value = Status.Code.class, mode = Mode.EXCLUDE, names = "OK")
    void everyStatusIsAVerdict(Status.Code code) {
        hold = () -> {
            throw code.toStatus().asRuntimeException();
        };
        authorise = () -> {
            throw code.toStatus().asRuntimeException();
        };
        var isUnknown = List.of("DEADLINE_EXCEEDED", "CANCELLED", "UNKNOWN", "INTERNAL", "ABORTED", "DATA_LOSS")
                .contains(code.name());

        assertThat(stock.hold(ORDER, EPOCH, LINES, WITHIN))
                .isEqualTo(isUnknown ? new Stock.Answer.Unknown(code.name()) : new Stock.Answer.Unavailable(code.name()));
        assertThat(payments.authorise(ORDER, EPOCH, AMOUNT, CARD, WITHIN))
                .isEqualTo(isUnknown ? new Payments.Answer.Unknown(code.name()) : new Payments.Answer.Unavailable(code.name()));
        stock.release(ORDER, EPOCH, WITHIN); // not served here, and no matter
    }

    @Test
    void aRefusalBecauseOfALaterDriverSaysNothingAboutTheOrder() {
        hold = () -> {
            throw StaleEpoch.refusal("order " + ORDER, EPOCH);
        };
        authorise = () -> {
            throw StaleEpoch.refusal("order " + ORDER, EPOCH);
        };

        assertThat(stock.hold(ORDER, EPOCH, LINES, WITHIN)).isEqualTo(new Stock.Answer.Overtaken());
        assertThat(payments.authorise(ORDER, EPOCH, AMOUNT, CARD, WITHIN)).isEqualTo(new Payments.Answer.Overtaken());
    }

    static Stream<Arguments> paymentAnswers() {
        return Stream.of(
                Arguments.of(answer().setAuthorised(Authorised.getDefaultInstance()), new Payments.Answer.Authorised()),
                Arguments.of(answer().setClosed(AuthorisationClosed.getDefaultInstance()), new Payments.Answer.Closed()),
                Arguments.of(answer().setProviderFailed(ProviderFailed.getDefaultInstance()), new Payments.Answer.Declined(Rejection.DEPENDENCY_UNAVAILABLE)),
                Arguments.of(answer(), new Payments.Answer.Unavailable("payment gave an outcome this version does not know")),
                Arguments.of(declined(Declined.Reason.REASON_INSUFFICIENT_FUNDS), new Payments.Answer.Declined(Rejection.INSUFFICIENT_FUNDS)),
                Arguments.of(declined(Declined.Reason.REASON_UNKNOWN_CARD), new Payments.Answer.Declined(Rejection.UNKNOWN_CARD)),
                Arguments.of(declined(Declined.Reason.REASON_CARD_DECLINED), new Payments.Answer.Declined(Rejection.CARD_DECLINED)),
                Arguments.of(
                        answer().setDeclined(Declined.newBuilder().setReasonValue(99)),
                        new Payments.Answer.Declined(Rejection.CARD_DECLINED)));
    }

    @ParameterizedTest
    @MethodSource("paymentAnswers")
    void whatPaymentAnswersIsUnderstood(AuthoriseResponse.Builder said, Payments.Answer understood) {
        authorise = said::build;

        assertThat(payments.authorise(ORDER, EPOCH, AMOUNT, CARD, WITHIN)).isEqualTo(understood);
    }

    @Test
    void pricesComeInTheOrderOfTheLinesWhateverOrderTheyWereSaidIn() {
        hold = () -> held("SKU-0001", 3, "SKU-0002", 1);

        assertThat(stock.hold(ORDER, EPOCH, LINES, WITHIN)).isInstanceOfSatisfying(Stock.Answer.Held.class, it -> {
            assertThat(it.pricing().lines()).extracting(line -> line.sku().value()).containsExactly("SKU-0002", "SKU-0001");
            assertThat(it.pricing().heldUntil()).isEqualTo(Instant.ofEpochSecond(9_000_000_000L));
            assertThat(it.pricing().total()).isEqualTo(new Money(4 * 250, "EUR"));
        });
    }

    @Test
    void howLongAHoldLastsIsReckonedByItsOwnClockWhateverInventorysSays() {
        hold = () -> {
            var response = held("SKU-0001", 3, "SKU-0002", 1).toBuilder();
            var held = response.getHeldBuilder();
            held.getExpiresAtBuilder().setSeconds(1); // long ago, by a clock that is wrong
            held.getValidForBuilder().setSeconds(600).setNanos(5);
            return response.build();
        };

        assertThat(stock.hold(ORDER, EPOCH, LINES, WITHIN))
                .isInstanceOfSatisfying(Stock.Answer.Held.class, it -> assertThat(it.pricing().heldUntil())
                        .isEqualTo(time.now().plusSeconds(600).plusNanos(5)));
    }

    @Test
    void whatInventoryDidNotSayIsNotMadeUp() {
        hold = () -> held("SKU-0001", 3, "SKU-0003", 1);
        assertThat(stock.hold(ORDER, EPOCH, LINES, WITHIN)).isInstanceOf(Stock.Answer.Unavailable.class);
        hold = () -> held("SKU-0001", 2, "SKU-0002", 1);
        assertThat(stock.hold(ORDER, EPOCH, LINES, WITHIN)).isInstanceOf(Stock.Answer.Unavailable.class);
        hold = HoldResponse::getDefaultInstance;
        assertThat(stock.hold(ORDER, EPOCH, LINES, WITHIN)).isInstanceOf(Stock.Answer.Unavailable.class);
        hold = () -> HoldResponse.newBuilder().setClosed(HoldClosed.getDefaultInstance()).build();
        assertThat(stock.hold(ORDER, EPOCH, LINES, WITHIN)).isEqualTo(new Stock.Answer.Closed());
    }

    @Test
    void aCallIsGivenUpWhenItsTimeIsOver() {
        hold = () -> {
            try {
                Thread.sleep(Duration.ofSeconds(5));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            return HoldResponse.getDefaultInstance();
        };

        assertThat(stock.hold(ORDER, EPOCH, LINES, Duration.ofMillis(100))).isInstanceOf(Stock.Answer.Unknown.class);
    }

    @Test
    void aNeighbourThatIsBackIsUsed() throws Exception {
        authorise = () -> answer().setAuthorised(Authorised.getDefaultInstance()).build();
        var port = server.getPort();
        assertThat(payments.authorise(ORDER, EPOCH, AMOUNT, CARD, WITHIN)).isEqualTo(new Payments.Answer.Authorised());
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        assertThat(payments.authorise(ORDER, EPOCH, AMOUNT, CARD, WITHIN)).isInstanceOf(Payments.Answer.Unavailable.class);

        server = serve(port);

        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> payments.authorise(ORDER, EPOCH, AMOUNT, CARD, WITHIN).equals(new Payments.Answer.Authorised()));
    }

    private Server serve(int port) throws IOException {
        return Grpc.newServerBuilderForPort(port, InsecureServerCredentials.create())
                .addService(new InventoryServiceGrpc.InventoryServiceImplBase() {
                    @Override
                    public void hold(HoldRequest request, StreamObserver<HoldResponse> observer) {
                        single(observer, hold);
                    }
                })
                .addService(new PaymentServiceGrpc.PaymentServiceImplBase() {
                    @Override
                    public void authorise(AuthoriseRequest request, StreamObserver<AuthoriseResponse> observer) {
                        single(observer, authorise);
                    }
                })
                .build()
                .start();
    }

    private static <A> void single(StreamObserver<A> observer, Supplier<A> work) {
        try {
            observer.onNext(work.get());
            observer.onCompleted();
        } catch (RuntimeException fault) {
            observer.onError(fault);
        }
    }

    private static HoldResponse held(String sku, int quantity, String otherSku, int otherQuantity) {
        var response = HoldResponse.newBuilder();
        var held = response.getHeldBuilder();
        held.getExpiresAtBuilder().setSeconds(9_000_000_000L);
        held.addLinesBuilder().setSku(sku).setQuantity(quantity).getUnitPriceBuilder().setAmount(250).setCurrency("EUR");
        held.addLinesBuilder().setSku(otherSku).setQuantity(otherQuantity).getUnitPriceBuilder().setAmount(250).setCurrency("EUR");
        return response.build();
    }

    private static AuthoriseResponse.Builder answer() {
        return AuthoriseResponse.newBuilder();
    }

    private static AuthoriseResponse.Builder declined(Declined.Reason reason) {
        return answer().setDeclined(Declined.newBuilder().setReason(reason));
    }
}
