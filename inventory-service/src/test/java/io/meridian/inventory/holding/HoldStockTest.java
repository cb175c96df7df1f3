package io.meridian.inventory.holding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.meridian.inventory.holding.HoldStock.Closed;
import io.meridian.inventory.holding.HoldStock.Held;
import io.meridian.inventory.holding.HoldStock.OtherLines;
import io.meridian.inventory.holding.HoldStock.Overtaken;
import io.meridian.inventory.holding.HoldStock.Shortage;
import io.meridian.inventory.holding.HoldStock.UnknownSkus;
import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.Money;
import io.meridian.inventory.model.Move;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.PricedLine;
import io.meridian.inventory.model.Sku;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HoldStockTest {

    private static final Duration HOLD_FOR = Duration.ofMinutes(10);

    private final ManualTime time = new ManualTime();
    private final FakeHolds holds = new FakeHolds();
    private final Sku one = holds.stock("SKU-0001", 10);
    private final Sku two = holds.stock("SKU-0002", 5);
    private final OrderId order = new OrderId(UUID.randomUUID());
    private final HoldStock holdStock = new HoldStock(holds, time.instants(), HOLD_FOR);

    @Test
    void heldLinesCarryTheirPricesInTheOrderTheyWereAskedFor() {
        var outcome = holdStock.hold(order, 0, List.of(new Line(two, 1), new Line(one, 2)));

        assertThat(outcome)
                .isEqualTo(new Held(
                        List.of(
                                new PricedLine(new Line(two, 1), new Money(2, "EUR")),
                                new PricedLine(new Line(one, 2), new Money(1, "EUR"))),
                        time.now().plus(HOLD_FOR),
                        false));
        assertThat(holds.stockOf(one).held()).isEqualTo(2);
    }

    @Test
    void askedAgainItGivesTheFirstAnswer() {
        var first = (Held) holdStock.hold(order, 0, List.of(new Line(one, 2)));
        time.advance(Duration.ofMinutes(3));

        var again = holdStock.hold(order, 0, List.of(new Line(one, 2)));

        assertThat(again).isEqualTo(new Held(first.lines(), first.expiresAt(), true));
        assertThat(holds.stockOf(one).held()).isEqualTo(2);
    }

    @Test
    void askedAgainItGivesTheFirstAnswerThoughTheStockHasRunOut() {
        holdStock.hold(order, 0, List.of(new Line(one, 10)));

        assertThat(holdStock.hold(order, 0, List.of(new Line(one, 10))))
                .isInstanceOfSatisfying(Held.class, held -> assertThat(held.again()).isTrue());
    }

    @Test
    void askedAgainAfterTheSaleItGivesTheFirstAnswer() {
        holdStock.hold(order, 0, List.of(new Line(one, 2)));
        holds.move(order, Move.COMMIT, time.now());
        time.advance(Duration.ofHours(1));

        assertThat(holdStock.hold(order, 0, List.of(new Line(one, 2)))).isInstanceOf(Held.class);
        assertThat(holds.stockOf(one).sold()).isEqualTo(2);
    }

    @Test
    void anOrderThatHoldsOtherLinesIsTold() {
        holdStock.hold(order, 0, List.of(new Line(one, 2)));

        assertThat(holdStock.hold(order, 0, List.of(new Line(one, 3)))).isEqualTo(new OtherLines());
        assertThat(holdStock.hold(order, 0, List.of(new Line(two, 2)))).isEqualTo(new OtherLines());
        assertThat(holdStock.hold(order, 0, List.of(new Line(one, 11)))).isEqualTo(new OtherLines());
        assertThat(holdStock.hold(order, 0, List.of(new Line(new Sku("SKU-9999"), 1)))).isEqualTo(new OtherLines());
        assertThat(holds.stockOf(one).held()).isEqualTo(2);
    }

    @Test
    void shortageNamesEverythingThatIsShort() {
        assertThat(holdStock.hold(order, 0, List.of(new Line(two, 6), new Line(one, 11))))
                .isEqualTo(new Shortage(List.of(one, two)));
    }

    @Test
    void aRefusalIsNotRemembered() {
        holdStock.hold(order, 0, List.of(new Line(one, 11)));
        holds.stock("SKU-0001", 11);

        assertThat(holdStock.hold(order, 0, List.of(new Line(one, 11)))).isInstanceOf(Held.class);
    }

    @Test
    void unknownProductsAreNamed() {
        var unknown = new Sku("SKU-9999");

        assertThat(holdStock.hold(order, 0, List.of(new Line(one, 1), new Line(unknown, 1))))
                .isEqualTo(new UnknownSkus(List.of(unknown)));
        assertThat(holds.stockOf(one).held()).isZero();
    }

    @Test
    void aHoldThatWasReleasedBeforeItWasAskedForIsClosed() {
        holds.close(order, time.now());

        assertThat(holdStock.hold(order, 0, List.of(new Line(one, 1)))).isEqualTo(new Closed());
        assertThat(holds.stockOf(one).held()).isZero();
    }

    @Test
    void aHoldWhoseTimeIsOverIsClosedBeforeAnybodySweepsIt() {
        holdStock.hold(order, 0, List.of(new Line(one, 1)));
        time.advance(HOLD_FOR);

        assertThat(holdStock.hold(order, 0, List.of(new Line(one, 1)))).isEqualTo(new Closed());
    }

    @Test
    void aDriverWhoWasOvertakenIsRefusedAndCountedAndGetsNoStock() {
        holdStock.hold(order, 1, List.of(new Line(one, 11)));

        assertThat(holdStock.hold(order, 0, List.of(new Line(one, 1)))).isEqualTo(new Overtaken());

        assertThat(holdStock.overtaken()).isEqualTo(1);
        assertThat(holds.stockOf(one).held()).isZero();
    }

    @Test
    void aHoldThatLastsNoTimeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HoldStock(holds, time.instants(), Duration.ZERO))
                .withMessageContaining("PT0S");
    }
}
