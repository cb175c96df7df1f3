package io.meridian.inventory.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"", "SKU-1", "SKU-00001", "sku-0001", "SKU_0001", " SKU-0001", "SKU-0001\n", "SKU-００01", "' OR 1=1 --"})
    void whatIsNoSkuIsRefusedByName(String text) {
        assertThat(Sku.isWellFormed(text)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Sku(text))
                .withMessageContaining(Sku.SHAPE)
                .withMessageContaining(text);
    }

    @Test
    void aSkuOrdersAsItReads() {
        assertThat(new Sku("SKU-0002")).isGreaterThan(new Sku("SKU-0001")).hasToString("SKU-0002");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1-1-1-1-1", "order-1", "0190e8a0-0000-7000-8000-00000000000g", "0190e8a0-0000-7000-8000-0000000000001"})
    void whatIsNoUuidIsNoOrderId(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> OrderId.of(text));
    }

    @Test
    void anOrderIdReadsAsItWasWritten() {
        assertThat(OrderId.of("0190e8a0-0000-7000-8000-000000000001")).hasToString("0190e8a0-0000-7000-8000-000000000001");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 10_001, Integer.MAX_VALUE})
    void aLineHasOneToTenThousandPieces(int quantity) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Line(new Sku("SKU-0001"), quantity))
                .withMessageContaining("1..10000")
                .withMessageContaining(Integer.toString(quantity));
    }
}
