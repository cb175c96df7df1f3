package io.meridian.inventory.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HoldTest {

    private static final Instant EXPIRY = Instant.parse("2031-01-01T00:00:00Z");
    private static final OrderId ORDER = new OrderId(new UUID(1, 1));
    private static final Line ONE = new Line(new Sku("SKU-0001"), 1);
    private static final Line TWO = new Line(new Sku("SKU-0002"), 2);

    private final Hold.Kept held = kept(HoldStatus.HELD);

    @Test
    void itIsForItsLinesInAnyOrderAndForNoOthers() {
        assertThat(held.isFor(List.of(ONE, TWO))).isTrue();
        assertThat(held.isFor(List.of(TWO, ONE))).isTrue();
        assertThat(held.isFor(List.of(ONE))).isFalse();
        assertThat(held.isFor(List.of(ONE, new Line(TWO.sku(), 3)))).isFalse();
    }

    @Test
    void itIsOverdueFromItsExpiryOn() {
        assertThat(held.isOverdue(EXPIRY.minusNanos(1))).isFalse();
        assertThat(held.isOverdue(EXPIRY)).isTrue();
    }

    @Test
    void whatIsSoldIsNeverOverdue() {
        assertThat(kept(HoldStatus.COMMITTED).isOverdue(EXPIRY.plusSeconds(1))).isFalse();
    }

    @Test
    void aStateWithPiecesNeedsAnExpiry() {
        assertThatIllegalArgumentException().isThrownBy(() -> Hold.of(ORDER, HoldStatus.HELD, List.of(), null));
        assertThat(Hold.of(ORDER, HoldStatus.CLOSED, List.of(), null)).isEqualTo(new Hold.Over(ORDER, HoldStatus.CLOSED));
    }

    private static Hold.Kept kept(HoldStatus status) {
        var price = new Money(100, "EUR");
        return new Hold.Kept(
                ORDER, status, List.of(new PricedLine(ONE, price), new PricedLine(TWO, price)), EXPIRY);
    }
}
