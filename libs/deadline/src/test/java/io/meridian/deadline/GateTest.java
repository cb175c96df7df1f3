package io.meridian.deadline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One thread plays both sides, so that every order of events can be had on purpose. */
class GateTest {

    private final Gate gate = new Gate();
    private final Guest outer = new Guest();
    private final Guest middle = new Guest();
    private final Guest inner = new Guest();

    @AfterEach
    void takeBack() {
        var _ = Thread.interrupted();
    }

    @Test
    void raisesTheInterruptOfAGuest() {
        gate.enter(outer);

        gate.interrupt(outer);

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void takesBackWhatNobodyTook() {
        gate.enter(outer);
        gate.interrupt(outer);

        gate.leave(outer);

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void nothingIsRaisedForAGuestThatLeft() {
        gate.enter(outer);
        gate.leave(outer);

        gate.interrupt(outer);

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void interruptOfAStrangerStays() {
        gate.enter(outer);
        Thread.currentThread().interrupt();

        gate.leave(outer);

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void whatTheInnerGuestTookIsRaisedAgainForTheOuter() {
        gate.enter(outer);
        gate.enter(inner);
        gate.interrupt(outer);
        assertThat(Thread.interrupted()).isTrue();

        gate.leave(inner);

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void whatWasRaisedBeforeTheInnerGuestCameAndIsTakenThereIsRaisedAgain() {
        gate.enter(outer);
        gate.interrupt(outer);
        gate.enter(inner);
        assertThat(Thread.interrupted()).isTrue();

        gate.leave(inner);

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void whatTheOuterGuestTookItselfIsNotRaisedAgain() {
        gate.enter(outer);
        gate.interrupt(outer);
        assertThat(Thread.interrupted()).isTrue();

        gate.enter(inner);
        gate.leave(inner);

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void innerGuestsInterruptIsNotTheOuters() {
        gate.enter(outer);
        gate.enter(inner);
        gate.interrupt(inner);

        gate.leave(inner);

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void interruptTakenByTheInnermostReachesEveryGuestFurtherOut() {
        gate.enter(outer);
        gate.enter(middle);
        gate.enter(inner);
        gate.interrupt(outer);
        gate.interrupt(middle);

        assertThat(Thread.interrupted()).isTrue();
        gate.leave(inner);
        assertThat(Thread.interrupted()).isTrue();
        gate.leave(middle);
        assertThat(Thread.interrupted()).isTrue();
        gate.leave(outer);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void shieldPutsOffWhatComesMeanwhile() {
        gate.enter(outer);

        gate.shielded(() -> {
            gate.interrupt(outer);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            return true;
        });

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void shieldPutsOffWhatWasThereBefore() {
        gate.enter(outer);
        gate.interrupt(outer);

        gate.shielded(() -> {
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            return true;
        });

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void onlyTheLastShieldLetsItThrough() {
        gate.enter(outer);

        gate.shielded(() -> {
            gate.shielded(() -> {
                gate.interrupt(outer);
                return true;
            });
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            return true;
        });

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void whatCameBeforeTheShieldOutlastsAGuestInsideIt() {
        gate.enter(outer);
        gate.interrupt(outer);

        gate.shielded(() -> {
            gate.enter(inner);
            gate.interrupt(inner);
            gate.leave(inner);
            return true;
        });

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void whatIsOnlyForAGuestInsideTheShieldEndsWithIt() {
        gate.enter(outer);

        gate.shielded(() -> {
            gate.enter(inner);
            gate.interrupt(inner);
            gate.leave(inner);
            return true;
        });

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    /**
     * Random stays, shields and ends, checked against what a guest may expect: when its own code runs unshielded after its end was
     * raised, it is interrupted once; a guest that was not ended never is; and nothing is left when the last has gone.
     */
    @Test
    void everyGuestIsInterruptedOnceInItsOwnCodeAndNeverForAnother() {
        var told = 0;
        for (var seed = 0; seed < 3_000; seed++) {
            var all = new Gate();
            var random = new Random(seed);
            var house = new ArrayDeque<Guest>();
            told += play(all, random, house, 0, seed);
            assertThat(Thread.currentThread().isInterrupted()).describedAs("seed %d", seed).isFalse();
        }
        assertThat(told).isGreaterThan(1_000);
    }

    /** Returns how many guests were told. */
    private static int play(Gate gate, Random random, ArrayDeque<Guest> house, int shields, int seed) {
        var told = 0;
        for (var step = 0; step < 6; step++) {
            told += switch (random.nextInt(house.size() + shields < 5 ? 5 : 3)) {
                case 0 -> {
                    if (!house.isEmpty()) {
                        var any = house.stream().skip(random.nextInt(house.size())).findFirst().orElseThrow();
                        if (!any.ended) {
                            any.ended = true;
                            gate.interrupt(any);
                        }
                    }
                    yield 0;
                }
                case 1, 2 -> look(house, shields, seed) ? 1 : 0;
                case 3 -> {
                    var guest = new Guest();
                    gate.enter(guest);
                    house.push(guest);
                    var inside = play(gate, random, house, shields, seed);
                    house.pop();
                    gate.leave(guest);
                    yield inside;
                }
                default -> gate.shielded(() -> play(gate, random, house, shields + 1, seed));
            };
        }
        return told;
    }

    /** The innermost guest's code looks whether it is interrupted, and takes it. */
    private static boolean look(ArrayDeque<Guest> house, int shields, int seed) {
        var interrupted = Thread.interrupted();
        if (shields > 0 || house.isEmpty()) {
            assertThat(interrupted).describedAs("seed %d: shielded or outside", seed).isFalse();
            return false;
        }
        var guest = house.element();
        if (guest.ended && !guest.told) {
            assertThat(interrupted).describedAs("seed %d: ended and not told yet", seed).isTrue();
        }
        if (interrupted) {
            assertThat(house).describedAs("seed %d: somebody ended", seed).anyMatch(it -> it.ended);
            guest.told = guest.ended;
        }
        return interrupted;
    }

    private static final class Guest extends Gate.Guest {

        private boolean ended;
        private boolean told;

        Guest() {
            super(Thread.currentThread());
        }
    }
}
