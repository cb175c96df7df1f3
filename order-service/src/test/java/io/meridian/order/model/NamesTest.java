package io.meridian.order.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

    @Test
    void anOrderIdIsAUuidOfVersion7ThatSortsByItsMillisecond() {
        var random = new Random(3);
        var start = Instant.parse("2030-01-01T00:00:00Z");
        var ids = IntStream.range(0, 1_000)
                .mapToObj(it -> OrderId.mint(start.plusMillis(it), random))
                .toList();

        assertThat(ids).isSorted().doesNotHaveDuplicates();
        assertThat(ids).allSatisfy(it -> {
            assertThat(it.value().version()).isEqualTo(7);
            assertThat(it.value().variant()).isEqualTo(2);
        });
        assertThat(ids.getFirst().value().getMostSignificantBits() >>> 16).isEqualTo(start.toEpochMilli());
    }

    @Test
    void orderIdsSortAsTheDatabaseSortsThem() {
        var low = new OrderId(new UUID(1, 0));
        var high = new OrderId(new UUID(-1, 0));

        assertThat(low).isLessThan(high);
        assertThat(new OrderId(new UUID(1, 1))).isLessThan(new OrderId(new UUID(1, -1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1-1-1-1-1", "not-a-uuid", "0198b0a0-0000-7000-8000-00000000000g", " 0198b0a0-0000-7000-8000-000000000000"})
    void whatIsNoUuidIsRefused(String text) {
        assertThat(OrderId.parse(text)).isEmpty();
        assertThatThrownBy(() -> OrderId.parse("id", text)).isInstanceOf(Malformed.class).hasMessageContaining("a UUID");
    }

    @Test
    void aUuidInCapitalsIsTheSameId() {
        var id = OrderId.mint(Instant.EPOCH, new Random(1));

        assertThat(OrderId.parse(id.toString().toUpperCase(java.util.Locale.ROOT))).contains(id);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {
        "abc, abc", "`\"abc\"`, abc", "` \"a b\" `, a b", "`\"a\\\"b\\\\c\"`, `a\"b\\c`", "`a\"b`, `a\"b`", "`a, b`, `a, b`",
    })
    void aKeyIsReadWithOrWithoutItsQuotes(String header, String key) {
        assertThat(IdempotencyKey.parse(header)).isEqualTo(new IdempotencyKey(key));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\"", "\"\"", "\"abc", "\"a\"b\"", "\"a\\n\"", "\"abc\\", "kéy", "a\tb", "a\u0000"})
    void aMalformedKeyIsRefused(String header) {
        assertThatThrownBy(() -> IdempotencyKey.parse(header)).isInstanceOf(Malformed.class);
    }

    @Test
    void aKeyHasALength() {
        assertThat(IdempotencyKey.parse("k".repeat(255)).value()).hasSize(255);
        assertThatThrownBy(() -> IdempotencyKey.parse("k".repeat(256))).isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> IdempotencyKey.parse(null)).isInstanceOf(Malformed.class).hasMessageContaining("missing");
    }

    @Test
    void moneyIsNeverSilentlyWrong() {
        assertThat(new Money(1_999, "EUR").times(3).plus(new Money(3, "EUR"))).isEqualTo(new Money(6_000, "EUR"));
        assertThatThrownBy(() -> new Money(Long.MAX_VALUE, "EUR").times(2)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> new Money(Long.MAX_VALUE, "EUR").plus(new Money(1, "EUR")))
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> new Money(1, "EUR").plus(new Money(1, "USD")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Money(-1, "EUR")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Money(1, "eur")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void reasonsAreTheirWords() {
        for (var reason : Rejection.values()) {
            assertThat(Rejection.of(reason.code())).isEqualTo(reason);
        }
        for (var reason : Cancellation.values()) {
            assertThat(Cancellation.of(reason.code())).isEqualTo(reason);
        }
        assertThat(Rejection.OUT_OF_STOCK.code()).isEqualTo("out-of-stock");
    }
}
