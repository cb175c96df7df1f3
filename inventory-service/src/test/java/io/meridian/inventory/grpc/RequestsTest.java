package io.meridian.inventory.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.meridian.contracts.inventory.v1.Line;
import io.meridian.inventory.model.Sku;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestsTest {

    @Test
    void goodLinesAreTakenAsTheyAre() {
        var hundred = IntStream.rangeClosed(1, 100)
                .mapToObj(i -> line("SKU-%04d".formatted(i), 10_000))
                .toList();

        assertThat(Requests.lines(hundred))
                .hasSize(100)
                .contains(new io.meridian.inventory.model.Line(new Sku("SKU-0042"), 10_000));
    }

    @Test
    void noLinesAndTooManyAreRefused() {
        refuses(() -> Requests.lines(List.of()), "lines: expected 1 to 100 lines, found \"0\"");
        refuses(
                () -> Requests.lines(Collections.nCopies(101, line("SKU-0001", 1))),
                "lines: expected 1 to 100 lines, found \"101\"");
    }

    @Test
    void aSkuThatComesTwiceIsRefusedWhereItComesAgain() {
        refuses(
                () -> Requests.lines(List.of(line("SKU-0001", 1), line("SKU-0002", 1), line("SKU-0001", 2))),
                "lines[2].sku: expected each SKU at most once, found \"SKU-0001\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 10_001, Integer.MAX_VALUE})
    void aQuantityOutOfRangeIsRefused(int quantity) {
        refuses(
                () -> Requests.lines(List.of(line("SKU-0001", quantity))),
                "lines[0].quantity: expected 1 to 10000, found \"" + quantity + "\"");
    }

    @Test
    void aWrongSkuIsRefusedAndOnlyItsBeginningIsSaidBack() {
        refuses(() -> Requests.sku("sku", ""), "sku: expected SKU- and four digits, found \"\"");
        refuses(
                () -> Requests.sku("sku", "x".repeat(100_000)),
                "sku: expected SKU- and four digits, found \"" + "x".repeat(40) + "…\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "order-1", "'; DROP TABLE holds; --"})
    void aWrongOrderIdIsRefused(String id) {
        refuses(() -> Requests.orderId(id), "order_id: expected a UUID of 36 characters, found \"" + id + "\"");
    }

    @ParameterizedTest
    @CsvSource({"0, 20", "1, 1", "100, 100"})
    void aLimitOfNothingIsTheDefault(int sent, int limit) {
        assertThat(Requests.limit(sent)).isEqualTo(limit);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 101})
    void aLimitOutOfRangeIsRefused(int sent) {
        refuses(() -> Requests.limit(sent), "limit: expected 1 to 100, or 0 for the default, found \"" + sent + "\"");
    }

    private static Line line(String sku, int quantity) {
        return Line.newBuilder().setSku(sku).setQuantity(quantity).build();
    }

    private static void refuses(ThrowingCallable request, String description) {
        assertThatThrownBy(request).isInstanceOfSatisfying(StatusRuntimeException.class, refusal -> {
            assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(refusal.getStatus().getDescription()).isEqualTo(description);
        });
    }
}
