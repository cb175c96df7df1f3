package io.meridian.order.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DraftTest {

    private static final List<Draft.Item> ITEMS = List.of(new Draft.Item("SKU-0001", 2));

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(null, ITEMS, "tok_ok", "customerId: expected 1 to 64 of A-Z a-z 0-9 . _ -, found missing"),
                Arguments.of("", ITEMS, "tok_ok", "customerId"),
                Arguments.of("x".repeat(65), ITEMS, "tok_ok", "…\""),
                Arguments.of("a b", ITEMS, "tok_ok", "found \"a b\""),
                Arguments.of("c-1\r\nX-Evil: 1", ITEMS, "tok_ok", "found \"c-1??X-Evil: 1\""),
                Arguments.of("'; DROP TABLE orders; --", ITEMS, "tok_ok", "customerId"),
                Arguments.of("Ünicode", ITEMS, "tok_ok", "found \"?nicode\""),
                Arguments.of("c-1", null, "tok_ok", "items: expected 1 to 100 items, found missing"),
                Arguments.of("c-1", List.of(), "tok_ok", "found 0 items"),
                Arguments.of("c-1", items(101), "tok_ok", "found 101 items"),
                Arguments.of("c-1", withNull(), "tok_ok", "items[1]: expected an object"),
                Arguments.of("c-1", item(null, 1), "tok_ok", "items[0].sku: expected SKU- and four digits, found missing"),
                Arguments.of("c-1", item("SKU-1", 1), "tok_ok", "items[0].sku: expected SKU- and four digits, found \"SKU-1\""),
                Arguments.of("c-1", item("SKU-0001' OR '1'='1", 1), "tok_ok", "items[0].sku"),
                Arguments.of("c-1", item("SKU-00०१", 1), "tok_ok", "items[0].sku"),
                Arguments.of("c-1", item("SKU-0001", null), "tok_ok", "items[0].quantity: expected 1 to 10000, found missing"),
                Arguments.of("c-1", item("SKU-0001", 0), "tok_ok", "items[0].quantity: expected 1 to 10000, found 0"),
                Arguments.of("c-1", item("SKU-0001", -1), "tok_ok", "found -1"),
                Arguments.of("c-1", item("SKU-0001", 10_001), "tok_ok", "found 10001"),
                Arguments.of("c-1", item("SKU-0001", Integer.MAX_VALUE), "tok_ok", "found 2147483647"),
                Arguments.of("c-1", twice(), "tok_ok", "items: expected each sku once, found SKU-0001 twice"),
                Arguments.of("c-1", ITEMS, null, "payment.token: expected 1 to 64 printable ASCII characters, found missing"),
                Arguments.of("c-1", ITEMS, "", "payment.token"),
                Arguments.of("c-1", ITEMS, "t".repeat(65), "found 65 characters"),
                Arguments.of("c-1", ITEMS, "tok\u0000", "payment.token"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatIsMalformedIsRefusedByNameAndPlace(
            @Nullable String customer, @Nullable List<Draft.Item> items, @Nullable String token, String words) {
        assertThatThrownBy(() -> Draft.parse(customer, items, token))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining(words);
    }

    @Test
    void theBoundsThemselvesAreAccepted() {
        assertThat(Draft.parse("x".repeat(64), items(100), "t".repeat(64)).lines()).hasSize(100);
        assertThat(Draft.parse("A.b_c-9", item("SKU-9999", 10_000), "!").lines().getFirst().quantity())
                .isEqualTo(10_000);
    }

    @Test
    void theFingerprintTellsRequestsApart() {
        var draft = Draft.parse("c-1", items(3), "tok_ok");

        assertThat(Draft.parse("c-1", items(3), "tok_ok").fingerprint()).isEqualTo(draft.fingerprint());
        assertThat(Stream.of(
                                Draft.parse("c-2", items(3), "tok_ok"),
                                Draft.parse("c-1", items(2), "tok_ok"),
                                Draft.parse("c-1", items(3), "tok_other"),
                                Draft.parse("c-1", item("SKU-0001", 3), "tok_ok"))
                        .map(Draft::fingerprint))
                .doesNotHaveDuplicates()
                .doesNotContain(draft.fingerprint());
    }

    @Test
    void aCardTokenDoesNotShowItself() {
        assertThat(Draft.parse("c-1", ITEMS, "tok_secret").toString()).doesNotContain("tok_secret");
    }

    private static List<Draft.Item> item(@Nullable String sku, @Nullable Integer quantity) {
        return List.of(new Draft.Item(sku, quantity));
    }

    private static List<Draft.Item> items(int count) {
        return IntStream.range(0, count)
                .mapToObj(it -> new Draft.Item("SKU-%04d".formatted(it), 1))
                .toList();
    }

    private static List<Draft.Item> twice() {
        return List.of(new Draft.Item("SKU-0001", 1), new Draft.Item("SKU-0002", 1), new Draft.Item("SKU-0001", 2));
    }

    private static List<Draft.@Nullable Item> withNull() {
        var items = new ArrayList<Draft.@Nullable Item>(ITEMS);
        items.add(null);
        return items;
    }
}
