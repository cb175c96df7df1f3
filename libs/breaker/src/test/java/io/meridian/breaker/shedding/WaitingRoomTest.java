package io.meridian.breaker.shedding;

import static io.meridian.breaker.shedding.Priority.CRITICAL;
import static io.meridian.breaker.shedding.Priority.CRITICAL_PLUS;
import static io.meridian.breaker.shedding.Priority.SHEDDABLE;
import static io.meridian.breaker.shedding.Priority.SHEDDABLE_PLUS;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.breaker.Breaker;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WaitingRoomTest {

    private static final Duration TARGET = Duration.ofMillis(5);
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final ManualTime time = new ManualTime();
    private WaitingRoom room = room(1, 3);

    @BeforeEach
    void callsAreShort() {
        callsTake(Duration.ofMillis(1));
    }

    @Test
    void whoeverFindsAPlaceBeginsWhateverItsImportance() {
        assertThat(arrive(SHEDDABLE).state).isEqualTo(Ticket.State.WORKING);
        assertThat(arrive(CRITICAL_PLUS).state).isEqualTo(Ticket.State.WAITING);
    }

    @Test
    void theMostImportantGoesFirstAndThereTheOldest() {
        var working = arrive(CRITICAL);
        var read = arrive(SHEDDABLE_PLUS);
        var write = arrive(CRITICAL);
        var later = arrive(CRITICAL);

        leave(working);
        assertThat(write.state).isEqualTo(Ticket.State.WORKING);
        leave(write);
        assertThat(later.state).isEqualTo(Ticket.State.WORKING);
        leave(later);
        assertThat(read.state).isEqualTo(Ticket.State.WORKING);
    }

    @Test
    void aFullQueueTakesTheMoreImportantForTheOldestOfTheLeastImportant() {
        arrive(CRITICAL);
        var first = arrive(SHEDDABLE);
        var second = arrive(SHEDDABLE);
        arrive(SHEDDABLE_PLUS);

        var write = arrive(CRITICAL);

        assertThat(why(first)).isEqualTo(Shed.DISPLACED);
        assertThat(second.state).isEqualTo(Ticket.State.WAITING);
        assertThat(write.state).isEqualTo(Ticket.State.WAITING);
        assertThat(why(arrive(SHEDDABLE))).isEqualTo(Shed.FULL);
    }

    @Test
    void whatIsExpiredIsRefusedWhenItArrivesAndWhenItWouldBegin() {
        assertThat(why(arrive(CRITICAL_PLUS, Duration.ZERO))).isEqualTo(Shed.EXPIRED);
        var working = arrive(CRITICAL);
        var brief = arrive(CRITICAL, Duration.ofMillis(3));
        var patient = arrive(CRITICAL);

        time.advance(Duration.ofMillis(3));
        leave(working);

        assertThat(why(brief)).isEqualTo(Shed.EXPIRED);
        assertThat(patient.state).isEqualTo(Ticket.State.WORKING);
    }

    @Test
    void aCallThatCouldNotEndInTimeIsRefusedAtOnce() {
        callsTake(Duration.ofMillis(40));
        arrive(CRITICAL);

        assertThat(why(arrive(CRITICAL, Duration.ofMillis(60)))).isEqualTo(Shed.TOO_LATE);
        assertThat(arrive(CRITICAL, Duration.ofMillis(200)).state).isEqualTo(Ticket.State.WAITING);
        assertThat(arrive(CRITICAL, null).state).isEqualTo(Ticket.State.WAITING);
    }

    @Test
    void aCallThatHasTooLittleLeftWhenItWouldBeginIsRefused() {
        callsTake(Duration.ofMillis(40));
        var working = arrive(CRITICAL);
        var other = arrive(CRITICAL, Duration.ofMillis(150));

        time.advance(Duration.ofMillis(130));
        leave(working);

        assertThat(why(other)).isEqualTo(Shed.TOO_LATE);
    }

    @Test
    void anEstimateThatIsTooHighKeepsNobodyOutOfAnEmptyRoom() {
        callsTake(Duration.ofSeconds(40));

        assertThat(arrive(CRITICAL, Duration.ofMillis(60)).state).isEqualTo(Ticket.State.WORKING);
    }

    @Test
    void aQueueThatStandsLosesWhoeverWaitedLongerThanTheTargetAndServesTheNewestFirst() {
        room = room(1, 10);
        callsAreShort();
        var working = arrive(CRITICAL);
        var oldest = arrive(CRITICAL);
        time.advance(TARGET.plus(INTERVAL.multipliedBy(5)).minusMillis(2));
        var older = arrive(CRITICAL);
        var newer = arrive(CRITICAL);
        assertThat(oldest.state).isEqualTo(Ticket.State.WAITING);

        time.advance(Duration.ofMillis(2));
        room.review(oldest, now());
        assertThat(why(oldest)).isEqualTo(Shed.STALE);
        assertThat(room.load(now()).overloaded()).isTrue();

        leave(working);
        assertThat(newer.state).isEqualTo(Ticket.State.WORKING);
        assertThat(older.state).isEqualTo(Ticket.State.WAITING);
        leave(newer);
        assertThat(older.state).isEqualTo(Ticket.State.WORKING);
        assertThat(room.load(now()).overloaded()).isFalse();
    }

    @Test
    void aBurstThatDrainsWithinTheIntervalLosesNobody() {
        room = room(1, 100);
        callsAreShort();
        var inOrder = new ArrayList<Ticket>();
        for (var i = 0; i < 100; i++) {
            inOrder.add(arrive(CRITICAL));
        }
        for (var ticket : inOrder) {
            time.advance(Duration.ofMillis(1));
            assertThat(ticket.state).isEqualTo(Ticket.State.WORKING);
            leave(ticket);
        }
    }

    @Test
    void whatMayBeShedIsTheSoonerOverload() {
        room = room(1, 10);
        callsAreShort();
        arrive(CRITICAL);
        var write = arrive(CRITICAL);
        var read = arrive(SHEDDABLE_PLUS);
        var idle = arrive(SHEDDABLE);

        assertThat(reviewIn(idle)).isEqualTo(Duration.ofMillis(5 + 50));
        assertThat(reviewIn(read)).isEqualTo(Duration.ofMillis(5 + 50));
        assertThat(reviewIn(write)).isEqualTo(Duration.ofMillis(5 + 500));
    }

    @Test
    void whoLeavesTheQueueIsNotServed() {
        var working = arrive(CRITICAL);
        var left = arrive(CRITICAL);
        var stayed = arrive(CRITICAL);

        leave(left);
        leave(working);

        assertThat(stayed.state).isEqualTo(Ticket.State.WORKING);
        assertThat(room.load(now())).isEqualTo(new Load(1, 1, 0, false, 512));
        leave(left);
        leave(working);
        assertThat(room.load(now()).working()).as("leaving twice gives nothing back").isEqualTo(1);
    }

    @Test
    void whoStepsOutMakesRoomAndGoesOnWithoutWaitingAgain() {
        var away = arrive(CRITICAL);
        var waiting = arrive(SHEDDABLE);

        room.stepOut(away, now());
        assertThat(waiting.state).isEqualTo(Ticket.State.WORKING);
        room.stepIn(away, now());
        assertThat(room.load(now()).working()).isEqualTo(2);
        var newcomer = arrive(CRITICAL_PLUS);

        leave(away);
        assertThat(newcomer.state).as("one still works").isEqualTo(Ticket.State.WAITING);
        leave(waiting);
        assertThat(newcomer.state).isEqualTo(Ticket.State.WORKING);
    }

    @Test
    void whatOthersTookIsNoReasonToExpectALongQueue() {
        room = room(1, 3);
        for (var i = 0; i < 300; i++) {
            var ticket = arrive(CRITICAL);
            room.stepOut(ticket, now());
            time.advance(Duration.ofMillis(50));
            room.stepIn(ticket, now());
            time.advance(Duration.ofMillis(1));
            leave(ticket);
        }
        arrive(CRITICAL);

        assertThat(arrive(CRITICAL, Duration.ofMillis(70)).state).isEqualTo(Ticket.State.WAITING);
        assertThat(why(arrive(CRITICAL, Duration.ofMillis(40)))).isEqualTo(Shed.TOO_LATE);
    }

    @Test
    void theTimeToComeBackAfterIsNoLessThanTheQueueNeedsToDrain() {
        room = room(1, 3);
        callsTake(Duration.ofMillis(100));
        room.review(arrive(CRITICAL), now());
        arrive(CRITICAL);
        arrive(CRITICAL);
        arrive(CRITICAL);

        for (var i = 0; i < 1_000; i++) {
            assertThat(Objects.requireNonNull(arrive(CRITICAL).refusal).retryAfter()).isBetween(Duration.ofMillis(300), Duration.ofMillis(451));
        }
    }

    @Test
    void whateverHappensThePlacesComeBack() {
        for (var seed = 0; seed < 10; seed++) {
            var random = new SplittableRandom(seed);
            room = room(5, 20);
            var here = new ArrayList<Ticket>();
            for (var i = 0; i < 10_000; i++) {
                time.advance(Duration.ofNanos(random.nextLong(2_000_000)));
                if (here.isEmpty() || random.nextInt(100) < 55) {
                    var left = random.nextInt(4) == 0 ? Duration.ofMillis(random.nextInt(20)) : null;
                    here.add(arrive(Priority.values()[random.nextInt(4)], left));
                } else if (random.nextInt(10) == 0) {
                    room.review(here.get(random.nextInt(here.size())), now());
                } else if (random.nextInt(5) == 0) {
                    room.stepOut(here.get(random.nextInt(here.size())), now());
                    var _ = room.takeDecided();
                } else if (random.nextInt(3) == 0) {
                    room.stepIn(here.get(random.nextInt(here.size())), now());
                } else {
                    leave(here.remove(random.nextInt(here.size())));
                }
                here.removeIf(it -> it.state == Ticket.State.REFUSED);
                var load = room.load(now());
                assertThat(load.working()).isEqualTo(count(here, Ticket.State.WORKING));
                assertThat(load.waiting()).isEqualTo(count(here, Ticket.State.WAITING)).isLessThanOrEqualTo(20);
            }
            here.forEach(this::leave);

            var load = room.load(now());
            assertThat(load.working()).isZero();
            assertThat(load.waiting()).isZero();
            for (var i = 0; i < 5; i++) {
                assertThat(arrive(SHEDDABLE).state).isEqualTo(Ticket.State.WORKING);
            }
            assertThat(arrive(SHEDDABLE).state).isNotEqualTo(Ticket.State.WORKING);
        }
    }

    private static long count(ArrayList<Ticket> tickets, Ticket.State state) {
        return tickets.stream().filter(it -> it.state == state).count();
    }

    private static WaitingRoom room(int limit, int queue) {
        return new WaitingRoom(new DoorSettings(limit, queue, TARGET, INTERVAL), new SplittableRandom(1));
    }

    private void callsTake(Duration each) {
        for (var i = 0; i < 300; i++) {
            var ticket = arrive(CRITICAL);
            time.advance(each);
            leave(ticket);
        }
    }

    private Ticket arrive(Priority priority) {
        return arrive(priority, null);
    }

    private Ticket arrive(Priority priority, @Nullable Duration left) {
        var ticket = new Ticket(
                Importance.of(priority), left == null ? Breaker.NO_DEADLINE : left.toNanos(), now());
        room.arrive(ticket, now());
        var _ = room.takeDecided();
        return ticket;
    }

    private void leave(Ticket ticket) {
        room.leave(ticket, now());
        var _ = room.takeDecided();
    }

    private Duration reviewIn(Ticket ticket) {
        return Duration.ofNanos(room.reviewInNanos(ticket, now()) - 1);
    }

    private static @Nullable Shed why(Ticket ticket) {
        return ticket.refusal == null ? null : ticket.refusal.why();
    }

    private long now() {
        return time.nanos().getAsLong();
    }
}
