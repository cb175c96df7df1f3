package io.meridian.inventory.holding;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.inventory.holding.Holds.Moving;
import io.meridian.inventory.holding.Holds.Taking;
import io.meridian.inventory.model.Hold;
import io.meridian.inventory.model.HoldStatus;
import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.Move;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.Sku;
import io.meridian.inventory.model.Stock;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every ledger does, whatever it is made of. */
public abstract class HoldsContract {

    protected static final String ONE = "SKU-0101";
    protected static final String TWO = "SKU-0102";
    private static final Sku UNKNOWN = new Sku("SKU-9999");

    private final ManualTime time = new ManualTime();
    private final Instant now = time.now();
    private final Instant expiry = now.plus(Duration.ofMinutes(10));
    private final OrderId order = newOrder();

    private Sku one = UNKNOWN;
    private Sku two = UNKNOWN;

    protected abstract Holds holds();

    /** Makes sure of a product with so many on hand, and nothing held or sold. */
    protected abstract Sku stock(String sku, long onHand);

    protected abstract Stock stockOf(Sku sku);

    @BeforeEach
    void stockTwoProducts() {
        one = stock(ONE, 10);
        two = stock(TWO, 5);
    }

    @Test
    void takingSetsAllLinesAsideAtTheCataloguesPrices() {
        var taken = holds().take(order, 0, List.of(new Line(two, 5), new Line(one, 3)), now, expiry);

        assertThat(taken).isInstanceOfSatisfying(Taking.Taken.class, it -> {
            assertThat(it.lines()).extracting(line -> line.line()).containsExactly(new Line(one, 3), new Line(two, 5));
            assertThat(it.lines()).allSatisfy(line -> assertThat(line.unitPrice().amount())
                    .isPositive());
        });
        assertThat(stockOf(one)).extracting(Stock::onHand, Stock::held, Stock::sold).containsExactly(7L, 3L, 0L);
        assertThat(stockOf(two)).extracting(Stock::onHand, Stock::held, Stock::sold).containsExactly(0L, 5L, 0L);
    }

    @Test
    void whatWasTakenIsFoundAsItWasTaken() {
        var taken = holds().take(order, 0, List.of(new Line(one, 3)), now, expiry);

        assertThat(holds().find(order)).hasValueSatisfying(hold -> assertThat(hold)
                .isInstanceOfSatisfying(Hold.Kept.class, kept -> {
                    assertThat(taken).isEqualTo(new Taking.Taken(kept.lines()));
                    assertThat(kept.expiresAt()).isEqualTo(expiry);
                    assertThat(kept.status()).isEqualTo(HoldStatus.HELD);
                }));
    }

    @Test
    void takingNamesAllThatIsShortAndTakesNothing() {
        var three = stock("SKU-0103", 1);

        var taken = holds().take(order, 0, List.of(new Line(two, 6), new Line(three, 1), new Line(one, 11)), now, expiry);

        assertThat(taken).isEqualTo(new Taking.Short(List.of(one, two)));
        assertThat(List.of(one, two, three)).allSatisfy(sku -> assertThat(stockOf(sku).held()).isZero());
        assertThat(holds().find(order)).isEmpty();
    }

    @Test
    void takingNamesWhatIsUnknownAndTakesNothing() {
        var taken = holds().take(order, 0, List.of(new Line(UNKNOWN, 1), new Line(one, 11), new Line(two, 1)), now, expiry);

        assertThat(taken).isEqualTo(new Taking.Unknown(List.of(UNKNOWN)));
        assertThat(stockOf(two).held()).isZero();
        assertThat(holds().find(order)).isEmpty();
    }

    @Test
    void anOrderTakesOnce() {
        holds().take(order, 0, List.of(new Line(one, 3)), now, expiry);

        var again = holds().take(order, 0, List.of(new Line(one, 3)), now, expiry);

        assertThat(again).isEqualTo(new Taking.AlreadyKnown());
        assertThat(stockOf(one).held()).isEqualTo(3);
    }

    @Test
    void aClosedOrderTakesNothing() {
        assertThat(holds().close(order, now)).isTrue();

        assertThat(holds().take(order, 0, List.of(new Line(one, 3)), now, expiry)).isEqualTo(new Taking.AlreadyKnown());

        assertThat(stockOf(one).held()).isZero();
        assertThat(holds().find(order)).contains(new Hold.Over(order, HoldStatus.CLOSED));
    }

    @Test
    void anOrderThatHoldsIsNotClosed() {
        holds().take(order, 0, List.of(new Line(one, 3)), now, expiry);

        assertThat(holds().close(order, now)).isFalse();

        assertThat(holds().find(order)).hasValueSatisfying(hold -> assertThat(hold.status())
                .isEqualTo(HoldStatus.HELD));
    }

    @Test
    void whoeverAsksInAnOlderEpochThanAnotherTakesNothing() {
        holds().take(order, 2, List.of(new Line(one, 3)), now, expiry);
        holds().move(order, Move.RELEASE, now);

        assertThat(holds().take(order, 1, List.of(new Line(one, 3)), now, expiry)).isEqualTo(new Taking.Overtaken());
        assertThat(holds().take(order, 2, List.of(new Line(one, 3)), now, expiry)).isEqualTo(new Taking.AlreadyKnown());
        assertThat(holds().take(order, 3, List.of(new Line(one, 3)), now, expiry)).isEqualTo(new Taking.AlreadyKnown());
        assertThat(holds().admit(order, 2)).isFalse();
        assertThat(holds().admit(order, 3)).isTrue();
    }

    @Test
    void anEpochIsRememberedThoughNothingWasTaken() {
        assertThat(holds().take(order, 1, List.of(new Line(one, 11)), now, expiry)).isInstanceOf(Taking.Short.class);

        assertThat(holds().take(order, 0, List.of(new Line(one, 1)), now, expiry)).isEqualTo(new Taking.Overtaken());
        assertThat(stockOf(one).held()).isZero();
        assertThat(holds().take(newOrder(), 0, List.of(new Line(one, 1)), now, expiry)).isInstanceOf(Taking.Taken.class);
    }

    @Test
    void whoeverAsksInAnOlderEpochThanAnotherReleasesAndClosesNothing() {
        holds().take(order, 2, List.of(new Line(one, 3)), now, expiry);
        var other = newOrder();
        holds().admit(other, 2);

        assertThat(holds().release(order, 1, now)).isEqualTo(Holds.Releasing.OVERTAKEN);
        assertThat(holds().close(other, 1, now)).isFalse();
        assertThat(holds().find(order)).map(Hold::status).contains(HoldStatus.HELD);
        assertThat(holds().find(other)).isEmpty();

        assertThat(holds().release(order, 2, now)).isEqualTo(Holds.Releasing.RELEASED);
        assertThat(holds().release(order, 3, now)).isEqualTo(Holds.Releasing.NOTHING_HELD);
        assertThat(holds().release(order, 2, now)).isEqualTo(Holds.Releasing.OVERTAKEN);
        assertThat(holds().close(other, 2, now)).isTrue();
        assertThat(stockOf(one).held()).isZero();
    }

    @Test
    void whoeverIsRefusedForHisEpochLeavesTheHighestAsItIs() {
        assertThat(holds().admit(order, 5)).isTrue();
        assertThat(holds().admit(order, 4)).isFalse();

        assertThat(holds().admit(order, 5)).isTrue();
    }

    @Test
    void nothingIsKnownOfAnOrderThatNeverAsked() {
        assertThat(holds().find(order)).isEmpty();
        assertThat(holds().move(order, Move.RELEASE, now)).isEqualTo(new Moving.NotPossible());
    }

    static Stream<Arguments> everyMoveFromEveryStatus() {
        return Stream.of(Move.values())
                .filter(move -> move != Move.HOLD)
                .flatMap(move -> Stream.of(HoldStatus.values()).map(status -> Arguments.of(move, status)));
    }

    @ParameterizedTest
    @MethodSource("everyMoveFromEveryStatus")
    void aMoveHappensFromTheStatesItStartsFromAndFromNoOther(Move move, HoldStatus status) {
        bringTo(status);
        var before = stockOf(one);

        var moved = holds().move(order, move, now);

        if (move.from().contains(status)) {
            assertThat(moved).isEqualTo(new Moving.Moved());
            assertThat(stockOf(one)).isEqualTo(before.after(move, 3));
            assertThat(holds().find(order)).map(Hold::status).contains(move.to());
        } else {
            assertThat(moved).isEqualTo(new Moving.NotPossible());
            assertThat(stockOf(one)).isEqualTo(before);
            assertThat(holds().find(order)).map(Hold::status).contains(status);
        }
    }

    @Test
    void takingAgainNamesWhatIsGoneAndTakesNothing() {
        holds().take(order, 0, List.of(new Line(one, 3), new Line(two, 5)), now, expiry);
        holds().move(order, Move.EXPIRE, now);
        holds().take(newOrder(), 0, List.of(new Line(two, 1)), now, expiry);
        var before = stockOf(one);

        assertThat(holds().move(order, Move.RETAKE, now)).isEqualTo(new Moving.Short(List.of(two)));

        assertThat(stockOf(one)).isEqualTo(before);
        assertThat(holds().find(order)).map(Hold::status).contains(HoldStatus.EXPIRED);
    }

    @Test
    void theLongestOverdueAreFoundFirstAndNotTooManyAtOnce() {
        var orders = Stream.generate(HoldsContract::newOrder).limit(4).toList();
        for (var i = 0; i < orders.size(); i++) {
            holds().take(orders.get(i), 0, List.of(new Line(one, 1)), now, expiry.minusSeconds(i));
        }

        assertThat(holds().overdue(expiry.minusSeconds(1), 10))
                .containsExactly(orders.get(3), orders.get(2), orders.get(1));
        assertThat(holds().overdue(expiry, 2)).containsExactly(orders.get(3), orders.get(2));
    }

    @Test
    void onlyWhatIsHeldIsEverOverdue() {
        for (var status : EnumSet.complementOf(EnumSet.of(HoldStatus.HELD))) {
            stock(ONE, 10);
            var ended = newOrder();
            bringTo(ended, status);
        }

        assertThat(holds().overdue(expiry.plusSeconds(1), 10)).isEmpty();
    }

    protected static OrderId newOrder() {
        return new OrderId(UUID.randomUUID());
    }

    private void bringTo(HoldStatus status) {
        bringTo(order, status);
    }

    private void bringTo(OrderId order, HoldStatus status) {
        if (status == HoldStatus.CLOSED) {
            holds().close(order, now);
            return;
        }
        holds().take(order, 0, List.of(new Line(one, 3)), now, expiry);
        switch (status) {
            case RELEASED -> holds().move(order, Move.RELEASE, now);
            case EXPIRED -> holds().move(order, Move.EXPIRE, now);
            case COMMITTED -> holds().move(order, Move.COMMIT, now);
            case RETURNED -> {
                holds().move(order, Move.COMMIT, now);
                holds().move(order, Move.RETURN, now);
            }
            default -> {}
        }
        assertThat(holds().find(order)).map(Hold::status).contains(status);
    }
}
