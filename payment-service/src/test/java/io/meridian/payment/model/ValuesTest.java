package io.meridian.payment.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

    @Test
    void aTokenShowsItselfNowhere() {
        var token = new Token("tok_ok");

        assertThat(token).hasToString("Token[hidden]");
        assertThat(new Charge(new Money(1, "EUR"), token).toString())
                .doesNotContain("tok_ok")
                .contains("1 EUR");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "tok ok", "tok\n", "tök", "\u0000"})
    void aTokenIsPrintableAscii(String text) {
        assertThatThrownBy(() -> new Token(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTokenHasAtMost64Characters() {
        assertThat(new Token("x".repeat(64)).secret()).hasSize(64);
        assertThatThrownBy(() -> new Token("x".repeat(65))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1-1-1-1-1", "01900000-0000-7000-8000-00000000000g", "' OR 1=1 --", "0190000000007000"})
    void anOrderIdIsAUuidInFull(String text) {
        assertThatThrownBy(() -> OrderId.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anOrderIdIsTheSameInEitherCase() {
        var text = "01900000-ABCD-7000-8000-00000000000a";

        assertThat(OrderId.parse(text)).isEqualTo(new OrderId(UUID.fromString(text)));
        assertThat(OrderId.parse(text)).hasToString("01900000-abcd-7000-8000-00000000000a");
    }

    @Test
    void moneyIsNeverNegativeAndNamesItsCurrency() {
        assertThatThrownBy(() -> new Money(-1, "EUR")).hasMessageContaining("-1");
        assertThatThrownBy(() -> new Money(1, "eur")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Charge(new Money(0, "EUR"), new Token("tok_ok")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aKeyFollowsFromOrderAndOperationAlone() {
        var order = OrderId.parse("01900000-0000-7000-8000-000000000001");

        assertThat(IdempotencyKey.of(order, Operation.CAPTURE))
                .isEqualTo(IdempotencyKey.of(OrderId.parse(order.toString()), Operation.CAPTURE))
                .isNotEqualTo(IdempotencyKey.of(order, Operation.REFUND))
                .isNotEqualTo(IdempotencyKey.of(new OrderId(new UUID(1, 2)), Operation.CAPTURE));
        assertThat(IdempotencyKey.of(order, Operation.CAPTURE).value())
                .as("stored keys must be found by every later release")
                .isEqualTo("4df525d43d81baf74d5575734f72df9516bc048b26e26efdc26259d1576d70b4");
    }
}
