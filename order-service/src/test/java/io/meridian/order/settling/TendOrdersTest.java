package io.meridian.order.settling;

import static io.meridian.order.fake.World.KEY;
import static io.meridian.order.fake.World.draft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.order.fake.FakePayments;
import io.meridian.order.fake.World;
import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Rejection;
import io.meridian.order.model.Status;
import io.meridian.order.settling.TendOrders.Outcome;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TendOrdersTest {

    private final World world = new World();
    private final TendOrders tendOrders = world.tendOrders();

    /** A fault that comes back keeps an order from its end for ever: it is told of once, and stays in the list and the figures. */
    @Test
    void anOrderThatDoesNotEndByItselfIsToldOfOnceAndStaysListed() {
        var id = placedWithoutAnswer();
        faultsFor(Duration.ofMinutes(4));
        assertThat(tendOrders.becameStuck()).isEmpty();
        assertThat(tendOrders.figures().stuck()).isZero();

        faultsFor(Duration.ofMinutes(2));

        assertThat(tendOrders.becameStuck()).singleElement().satisfies(it -> {
            assertThat(it.order().id()).isEqualTo(id);
            assertThat(it.lastFailure()).contains("a bug");
            assertThat(it.age()).isGreaterThan(World.STUCK_AFTER);
        });
        assertThat(world.tendOrders().becameStuck()).isEmpty();
        assertThat(tendOrders.open(true, 10)).extracting(it -> it.order().id()).containsExactly(id);
        assertThat(tendOrders.figures().stuck()).isEqualTo(1);
        assertThat(tendOrders.figures().oldest()).isGreaterThan(World.STUCK_AFTER);
    }

    @Test
    void whatIsDrivenNowEndsNow() {
        var id = placedWithoutAnswer();
        world.time.advance(Duration.ofSeconds(7));

        assertThat(tendOrders.driveNow(id)).isEqualTo(new Outcome.Ended(world.onlyOrder()));
        assertThat(world.onlyOrder().status()).isEqualTo(Status.CONFIRMED);
        assertThat(tendOrders.driveNow(id)).isEqualTo(new Outcome.HadEnded(world.onlyOrder()));
        assertThat(tendOrders.figures()).isEqualTo(new Backlog.Figures(0, 0, Duration.ZERO));
    }

    @Test
    void whatStillHasNoAnswerIsPutDownWithItsReason() {
        var id = placedWithoutAnswer();
        world.time.advance(Duration.ofSeconds(7));
        world.payments.next.add(FakePayments.Way.PROVIDER_SILENT);

        assertThat(tendOrders.driveNow(id)).isEqualTo(new Outcome.Unfinished("authorisation: the provider is silent"));

        assertThat(world.orders.lastFailure(id)).isEqualTo("authorisation: the provider is silent");
        world.settleAll();
        assertThat(world.onlyOrder().status()).isEqualTo(Status.CONFIRMED);
    }

    @Test
    void whatIsGivenUpIsRejectedAndUndone() {
        var id = placedWithoutAnswer();
        world.time.advance(Duration.ofSeconds(7));

        assertThat(tendOrders.giveUp(id)).isEqualTo(new Outcome.Ended(world.onlyOrder()));

        assertThat(world.onlyOrder())
                .isInstanceOfSatisfying(
                        Order.Rejected.class, it -> assertThat(it.reason()).isEqualTo(Rejection.GIVEN_UP));
        world.deliverEvents();
        assertThat(world.stock.holds()).isEmpty();
        assertThat(world.payments.authorised()).isEmpty();
        assertThat(tendOrders.giveUp(id)).isEqualTo(new Outcome.HadEnded(world.onlyOrder()));
    }

    @Test
    void whoeverDrivesAnOrderIsNotDisturbed() {
        var id = placedWithoutAnswer();
        assertThat(tendOrders.giveUp(id)).isInstanceOf(Outcome.Busy.class);

        world.time.advance(Duration.ofSeconds(7));
        var settler = world.orders.lease(1, World.SETTLING.lease()).getFirst();
        assertThat(tendOrders.giveUp(id)).isEqualTo(new Outcome.Busy(World.SETTLING.lease()));
        assertThat(tendOrders.driveNow(id)).isInstanceOf(Outcome.Busy.class);

        world.drive().drive(settler.entry(), settler.card());
        assertThat(world.onlyOrder().status()).isEqualTo(Status.CONFIRMED);
    }

    /** A driver that is frozen beyond its lease: the person's decision counts, and the driver spoils nothing when it wakes. */
    @Test
    void aDriverThatWakesAfterTheOrderWasGivenUpChangesNothing() {
        var id = placedWithoutAnswer();
        world.time.advance(Duration.ofSeconds(7));
        var frozen = world.orders.lease(1, World.SETTLING.lease()).getFirst();
        world.time.advance(Duration.ofSeconds(16));
        assertThat(tendOrders.giveUp(id)).isInstanceOf(Outcome.Ended.class);

        world.drive().drive(frozen.entry(), frozen.card());

        assertThat(world.onlyOrder().status()).isEqualTo(Status.REJECTED);
        world.deliverEvents();
        assertThat(world.stock.holds()).isEmpty();
        assertThat(world.payments.authorised()).isEmpty();
    }

    @Test
    void anUnknownOrderIsNotFound() {
        assertThat(tendOrders.driveNow(OrderId.mint(world.time.now(), new Random(1)))).isEqualTo(new Outcome.NoSuchOrder());
    }

    @Test
    void whatSettlingStillEndsByItselfCannotBeCalledStuck() {
        assertThatThrownBy(() -> new TendOrders(
                        world.orders, world.orders, world.drive(), World.SETTLING, Duration.ofMinutes(2), world.random))
                .hasMessageContaining("stuckAfter must be longer than giveUpAfter (PT2M), was PT2M");
    }

    private OrderId placedWithoutAnswer() {
        world.payments.next.add(FakePayments.Way.REQUEST_LOST);
        world.placeOrder().place(draft("tok_ok"), KEY);
        return world.onlyOrder().id();
    }

    private void faultsFor(Duration time) {
        world.payments.meanwhile = () -> {
            throw new IllegalArgumentException("a bug");
        };
        var settleOrders = world.settleOrders();
        for (var second = 0; second < time.toSeconds(); second++) {
            world.time.advance(Duration.ofSeconds(1));
            try {
                settleOrders.settleDue();
            } catch (IllegalStateException expected) {
                assertThat(expected).hasRootCauseMessage("a bug");
            }
        }
    }
}
