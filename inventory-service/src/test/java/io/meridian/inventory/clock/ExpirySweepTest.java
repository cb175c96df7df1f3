package io.meridian.inventory.clock;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.inventory.holding.ExpireHolds;
import io.meridian.inventory.holding.FakeHolds;
import io.meridian.inventory.holding.NoTransaction;
import io.meridian.inventory.holding.StockNews;
import io.meridian.inventory.model.HoldStatus;
import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.Sku;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ExpirySweepTest {

    private final ManualTime time = new ManualTime();
    private final FakeHolds holds = new FakeHolds();
    private final Sku sku = holds.stock("SKU-0001", 100);
    private final List<OrderId> poison = new ArrayList<>();
    private final ExpirySweep sweep = new ExpirySweep(
            new ExpireHolds(holds, new SilentExceptForPoison(), new NoTransaction(), time.instants()), 3);

    @Test
    void oneSweepEndsAllThatIsOverdueHoweverManyBatchesThatTakes() {
        var overdue = hold(10, Duration.ofMinutes(1));
        var fresh = hold(1, Duration.ofMinutes(5));
        time.advance(Duration.ofMinutes(1));

        sweep.run();

        assertThat(overdue).allSatisfy(order -> assertThat(holds.statusOf(order)).isEqualTo(HoldStatus.EXPIRED));
        assertThat(fresh).allSatisfy(order -> assertThat(holds.statusOf(order)).isEqualTo(HoldStatus.HELD));
        assertThat(holds.stockOf(sku).held()).isEqualTo(1);
    }

    @Test
    void aHoldThatCannotBeEndedKeepsNoOtherFromItsEnd() {
        var orders = hold(3, Duration.ofMinutes(1));
        time.advance(Duration.ofMinutes(1));
        poison.add(orders.getFirst());

        sweep.run();

        assertThat(holds.overdue(time.now(), 10)).isEmpty();
        assertThat(orders.subList(1, 3)).allSatisfy(order -> assertThat(holds.statusOf(order))
                .isEqualTo(HoldStatus.EXPIRED));
    }

    @Test
    void aSweepThatFailsThroughoutEndsAndThrowsNothing() {
        poison.addAll(hold(3, Duration.ofMinutes(1)));
        var unreachable = new ExpirySweep(
                new ExpireHolds(holds, new SilentExceptForPoison(), new NoTransaction(), () -> {
                    throw new IllegalStateException("no time to be had");
                }),
                3);
        time.advance(Duration.ofMinutes(1));

        sweep.run();
        unreachable.run();

        assertThat(poison).hasSize(3);
    }

    private List<OrderId> hold(int orders, Duration holdFor) {
        var ids = new ArrayList<OrderId>();
        for (var i = 0; i < orders; i++) {
            var order = new OrderId(UUID.randomUUID());
            holds.take(order, 0, List.of(new Line(sku, 1)), time.now(), time.now().plus(holdFor));
            ids.add(order);
        }
        return ids;
    }

    private final class SilentExceptForPoison implements StockNews {

        @Override
        public void committed(OrderId order, Instant at) {}

        @Override
        public void returned(OrderId order, Cause cause, Instant at) {
            if (poison.contains(order)) {
                throw new IllegalStateException("the news of " + order + " cannot be told");
            }
        }

        @Override
        public void lost(OrderId order, List<Sku> skus, Instant at) {}
    }
}
