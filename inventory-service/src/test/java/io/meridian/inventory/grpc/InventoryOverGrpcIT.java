package io.meridian.inventory.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.meridian.contracts.common.v1.Money;
import io.meridian.contracts.inventory.v1.GetProductRequest;
import io.meridian.contracts.inventory.v1.HoldRequest;
import io.meridian.contracts.inventory.v1.HoldResponse.OutcomeCase;
import io.meridian.contracts.inventory.v1.ListHoldsRequest;
import io.meridian.contracts.inventory.v1.ListHoldsResponse;
import io.meridian.contracts.inventory.v1.ListProductsRequest;
import io.meridian.contracts.inventory.v1.OrderHold;
import io.meridian.contracts.inventory.v1.PricedLine;
import io.meridian.contracts.inventory.v1.Product;
import io.meridian.contracts.inventory.v1.ReleaseRequest;
import io.meridian.edges.grpc.StaleEpoch;
import io.meridian.inventory.WholeService;
import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.Sku;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class InventoryOverGrpcIT extends WholeService {

    private final OrderId order = newOrder();

    @Test
    void aHoldNamesThePricesInTheOrderOfTheLines() {
        var two = stock("SKU-0102", 10);
        var one = new Sku("SKU-0001");

        var held = hold(order, new Line(two, 4), new Line(one, 2)).getHeld();

        assertThat(held.getLinesList()).extracting(PricedLine::getSku).containsExactly("SKU-0102", "SKU-0001");
        assertThat(held.getLines(1).getUnitPrice())
                .isEqualTo(Money.newBuilder()
                        .setAmount(1999)
                        .setCurrency("EUR")
                        .build());
        assertThat(Instant.ofEpochSecond(held.getExpiresAt().getSeconds()))
                .isBetween(Instant.now().plusSeconds(9 * 60), Instant.now().plusSeconds(11 * 60));
        assertThat(held.getValidFor().getSeconds()).isBetween(9 * 60L, 10 * 60L);
        assertThat(stockOf(two).held()).isEqualTo(4);
    }

    @Test
    void askedAgainItGivesTheFirstAnswer() {
        var sku = stock("SKU-0101", 10);

        var first = hold(order, new Line(sku, 4)).getHeld();
        var again = hold(order, new Line(sku, 4)).getHeld();

        assertThat(again.toBuilder().clearValidFor().build())
                .isEqualTo(first.toBuilder().clearValidFor().build());
        assertThat(again.getValidFor().getSeconds()).isLessThanOrEqualTo(first.getValidFor().getSeconds());
        assertThat(stockOf(sku).held()).isEqualTo(4);
    }

    @Test
    void aShortageNamesWhatIsShort() {
        var sku = stock("SKU-0101", 10);

        var answer = hold(order, new Line(sku, 1), new Line(new Sku("SKU-1000"), 1));

        assertThat(answer.getShortage().getSkusList()).containsExactly("SKU-1000");
        assertThat(stockOf(sku).held()).isZero();
    }

    @Test
    void unknownProductsAreNamed() {
        var answer = hold(order, new Line(new Sku("SKU-0001"), 1), new Line(new Sku("SKU-9999"), 1));

        assertThat(answer.getUnknownSkus().getSkusList()).containsExactly("SKU-9999");
    }

    @Test
    void releasedStockComesBackOnceHoweverOftenItIsReleased() {
        var sku = stock("SKU-0101", 10);
        hold(order, new Line(sku, 4));

        release(order);
        release(order);

        assertThat(stockOf(sku).onHand()).isEqualTo(10);
        assertThat(hold(order, new Line(sku, 4)).getOutcomeCase()).isEqualTo(OutcomeCase.CLOSED);
    }

    @Test
    void aReleaseThatComesBeforeItsHoldClosesTheHold() {
        var sku = stock("SKU-0101", 10);

        release(order);

        assertThat(hold(order, new Line(sku, 4)).getOutcomeCase()).isEqualTo(OutcomeCase.CLOSED);
        assertThat(stockOf(sku).held()).isZero();
    }

    @Test
    void whatContradictsTheFirstHoldIsAFailedPrecondition() {
        var sku = stock("SKU-0101", 10);
        hold(order, new Line(sku, 4));

        refuses(() -> hold(order, new Line(sku, 5)), Status.Code.FAILED_PRECONDITION, "holds other lines");
    }

    @Test
    void malformedRequestsAreToldWhatWasExpected() {
        refuses(() -> inventory.hold(HoldRequest.getDefaultInstance()), Status.Code.INVALID_ARGUMENT, "order_id: expected");
        refuses(() -> hold(order), Status.Code.INVALID_ARGUMENT, "lines: expected 1 to 100 lines, found \"0\"");
        refuses(
                () -> inventory.release(ReleaseRequest.newBuilder().setOrderId("1").build()),
                Status.Code.INVALID_ARGUMENT,
                "order_id: expected");
        refuses(() -> getProduct("é".repeat(10_000)), Status.Code.INVALID_ARGUMENT, "sku: expected");
        refuses(() -> list(-1, ""), Status.Code.INVALID_ARGUMENT, "limit: expected");
        refuses(() -> list(1, "SKU"), Status.Code.INVALID_ARGUMENT, "after: expected");
        assertThat(statusOf(order)).isEmpty();
    }

    @Test
    void aDriverWhoWasOvertakenIsToldSoAndChangesNothing() {
        var sku = stock("SKU-0101", 10);
        var line = io.meridian.contracts.inventory.v1.Line.newBuilder().setSku("SKU-0101").setQuantity(4);
        var request = HoldRequest.newBuilder().setOrderId(order.toString()).setEpoch(1).addLines(line);
        assertThat(inventory.hold(request.build()).getOutcomeCase()).isEqualTo(OutcomeCase.HELD);

        overtaken(() -> inventory.hold(request.setEpoch(0).build()));
        overtaken(() -> release(order));

        assertThat(stockOf(sku).held()).isEqualTo(4);
        assertThat(manage("/actuator/prometheus").body())
                .containsPattern("stale_epochs_refused_total\\{[^}]*of=\"holds\"[^}]*\\} [1-9]")
                .containsPattern("stale_epochs_refused_total\\{[^}]*of=\"releases\"[^}]*\\} [1-9]");
        refuses(() -> inventory.hold(request.setEpoch(-1).build()), Status.Code.INVALID_ARGUMENT, "epoch: expected 0 or more");
    }

    private static void overtaken(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, refusal -> {
            assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
            assertThat(StaleEpoch.isRefusal(refusal)).isTrue();
        });
    }

    @Test
    void aProductIsShownWithItsVersion() {
        var sku = stock("SKU-0101", 10);
        var before = stockOf(sku).version();
        hold(order, new Line(sku, 4));

        var product = getProduct("SKU-0101");

        assertThat(product)
                .extracting(Product::getOnHand, Product::getHeld, Product::getSold, Product::getVersion)
                .containsExactly(6L, 4L, 0L, before + 1);
    }

    @Test
    void aProductThatIsNotInTheCatalogueIsNotFound() {
        refuses(() -> getProduct("SKU-9999"), Status.Code.NOT_FOUND, "there is no product SKU-9999");
    }

    @Test
    void pagesFollowOneAnother() {
        var first = list(0, "");
        var last = list(100, "SKU-0950");

        assertThat(first.getProductsList()).hasSize(20);
        assertThat(first.getNext()).isEqualTo("SKU-0020");
        assertThat(list(1, first.getNext()).getProductsList())
                .extracting(Product::getSku)
                .isEqualTo(List.of("SKU-0021"));
        assertThat(last.getProductsList()).hasSize(50);
        assertThat(last.getNext()).isEmpty();
    }

    @Test
    void itTellsThatItIsHealthy() {
        var health = HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance());

        assertThat(health.getStatus()).isEqualTo(ServingStatus.SERVING);
    }

    @Test
    void itTellsWhatItOffers() throws Exception {
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

        assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).getListServicesResponse().getServiceList())
                .extracting(ServiceResponse::getName)
                .contains("inventory.v1.InventoryService", "grpc.health.v1.Health");
        requests.onCompleted();
    }

    @Test
    void holdsAreListedByOrderWhateverBecameOfThem() {
        var sku = stock("SKU-0103", 10);
        var first = new OrderId(new UUID(-3, 1)); // after all that other tests make
        var second = new OrderId(new UUID(-2, 1));
        var third = new OrderId(new UUID(-2, 2));
        hold(second, new Line(sku, 2));
        hold(first, new Line(sku, 1), new Line(new Sku("SKU-0001"), 3));
        hold(third, new Line(sku, 1));
        release(third);
        release(new OrderId(new UUID(-1, 0))); // closed before it was asked for

        var page = holds(new OrderId(new UUID(-4, 0)), 2);
        var next = holds(OrderId.of(page.getNext()), 2);

        assertThat(page.getHoldsList()).extracting(OrderHold::getOrderId).containsExactly(first.toString(), second.toString());
        assertThat(page.getHolds(0).getStatus()).isEqualTo(OrderHold.Status.STATUS_HELD);
        assertThat(page.getHolds(0).getLinesList())
                .extracting(it -> it.getQuantity() + " " + it.getSku())
                .containsExactly("3 SKU-0001", "1 SKU-0103");
        assertThat(next.getHoldsList()).extracting(OrderHold::getOrderId).containsExactly(third.toString());
        assertThat(next.getHolds(0).getStatus()).isEqualTo(OrderHold.Status.STATUS_RELEASED);
        assertThat(next.getHolds(0).getLinesList()).isEmpty();
        assertThat(next.getNext()).isEmpty();
    }

    @Test
    void aPageOfHoldsThatCannotBeIsRefused() {
        refuses(() -> holds(order, 501), Status.Code.INVALID_ARGUMENT, "limit: expected 1 to 500");
        refuses(
                () -> inventory.listHolds(
                        ListHoldsRequest.newBuilder().setAfter("last").build()),
                Status.Code.INVALID_ARGUMENT,
                "after: expected a UUID");
    }

    private ListHoldsResponse holds(OrderId after, int limit) {
        return inventory.listHolds(ListHoldsRequest.newBuilder()
                .setAfter(after.toString())
                .setLimit(limit)
                .build());
    }

    private void release(OrderId order) {
        inventory.release(
                ReleaseRequest.newBuilder().setOrderId(order.toString()).build());
    }

    private Product getProduct(String sku) {
        return inventory.getProduct(GetProductRequest.newBuilder().setSku(sku).build());
    }

    private io.meridian.contracts.inventory.v1.ListProductsResponse list(int limit, String after) {
        return inventory.listProducts(ListProductsRequest.newBuilder()
                .setLimit(limit)
                .setAfter(after)
                .build());
    }

    private static void refuses(ThrowingCallable call, Status.Code code, String description) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, refusal -> {
            assertThat(refusal.getStatus().getCode()).isEqualTo(code);
            assertThat(refusal.getStatus().getDescription()).contains(description);
        });
    }
}
