package io.meridian.inventory.holding;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.inventory.holding.ReleaseStock.Outcome;
import io.meridian.inventory.model.HoldStatus;
import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.Move;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.Sku;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReleaseStockTest {

    private final ManualTime time = new ManualTime();
    private final FakeHolds holds = new FakeHolds();
    private final Sku one = holds.stock("SKU-0001", 10);
    private final OrderId order = new OrderId(UUID.randomUUID());
    private final ReleaseStock releaseStock = new ReleaseStock(holds, time.instants());

    @Test
    void whatWasHeldIsOnHandAgain() {
        hold();

        assertThat(releaseStock.release(order)).isEqualTo(Outcome.RELEASED);

        assertThat(holds.stockOf(one).onHand()).isEqualTo(10);
    }

    @Test
    void askedTwiceItReleasesOnce() {
        hold();
        releaseStock.release(order);

        assertThat(releaseStock.release(order)).isEqualTo(Outcome.UNCHANGED);

        assertThat(holds.stockOf(one).onHand()).isEqualTo(10);
    }

    @Test
    void whatIsSoldStaysSold() {
        hold();
        holds.move(order, Move.COMMIT, time.now());

        assertThat(releaseStock.release(order)).isEqualTo(Outcome.UNCHANGED);

        assertThat(holds.stockOf(one).sold()).isEqualTo(4);
    }

    @Test
    void releasedBeforeItWasAskedForTheHoldIsClosed() {
        assertThat(releaseStock.release(order)).isEqualTo(Outcome.CLOSED);

        assertThat(holds.statusOf(order)).isEqualTo(HoldStatus.CLOSED);
        assertThat(releaseStock.release(order)).isEqualTo(Outcome.UNCHANGED);
    }

    @Test
    void aHoldThatAppearsWhileItIsReleasedIsReleased() {
        holds.beforeNextClose(this::hold);

        assertThat(releaseStock.release(order)).isEqualTo(Outcome.RELEASED);

        assertThat(holds.stockOf(one).onHand()).isEqualTo(10);
    }

    private void hold() {
        holds.take(order, List.of(new Line(one, 4)), time.now(), time.now().plus(Duration.ofMinutes(1)));
    }
}
