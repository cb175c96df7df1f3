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

        assertThat(releaseStock.release(order, 0)).isEqualTo(Outcome.RELEASED);

        assertThat(holds.stockOf(one).onHand()).isEqualTo(10);
    }

    @Test
    void askedTwiceItReleasesOnce() {
        hold();
        releaseStock.release(order, 0);

        assertThat(releaseStock.release(order, 0)).isEqualTo(Outcome.UNCHANGED);

        assertThat(holds.stockOf(one).onHand()).isEqualTo(10);
    }

    @Test
    void whatIsSoldStaysSold() {
        hold();
        holds.move(order, Move.COMMIT, time.now());

        assertThat(releaseStock.release(order, 0)).isEqualTo(Outcome.UNCHANGED);

        assertThat(holds.stockOf(one).sold()).isEqualTo(4);
    }

    @Test
    void releasedBeforeItWasAskedForTheHoldIsClosed() {
        assertThat(releaseStock.release(order, 0)).isEqualTo(Outcome.CLOSED);

        assertThat(holds.statusOf(order)).isEqualTo(HoldStatus.CLOSED);
        assertThat(releaseStock.release(order, 0)).isEqualTo(Outcome.UNCHANGED);
    }

    @Test
    void aHoldThatAppearsWhileItIsReleasedIsReleased() {
        holds.beforeNextClose(this::hold);

        assertThat(releaseStock.release(order, 0)).isEqualTo(Outcome.RELEASED);

        assertThat(holds.stockOf(one).onHand()).isEqualTo(10);
    }

    @Test
    void aDriverWhoWasOvertakenReleasesNothingAndIsCounted() {
        hold();
        holds.admit(order, 2);

        assertThat(releaseStock.release(order, 1)).isEqualTo(Outcome.OVERTAKEN);

        assertThat(releaseStock.overtaken()).isEqualTo(1);
        assertThat(holds.stockOf(one).held()).isEqualTo(4);
        assertThat(releaseStock.release(order, 2)).isEqualTo(Outcome.RELEASED);
    }

    private void hold() {
        holds.take(order, 0, List.of(new Line(one, 4)), time.now(), time.now().plus(Duration.ofMinutes(1)));
    }
}
