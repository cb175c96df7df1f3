package io.meridian.outbox.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.meridian.outbox.InboxListener;
import io.meridian.outbox.IncomingEvent;
import io.meridian.outbox.Outcome;
import io.meridian.outbox.jdbc.Inbox;
import io.meridian.testkit.ManualTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@ShopTest
class InboxIT {

    private final ManualTime time = new ManualTime();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final Inbox inbox;
    private final Effects effects;
    private final PlatformTransactionManager transactions;
    private final IncomingEvent event = event();

    InboxIT(JdbcClient jdbc, PlatformTransactionManager transactions, Effects effects) {
        this.effects = effects;
        this.transactions = transactions;
        this.inbox = new Inbox(jdbc, transactions, time.instants(), List.of(new InboxListener() {
            @Override
            public void applied(String consumer, IncomingEvent applied) {
                told.add("applied by " + consumer);
            }

            @Override
            public void duplicate(String consumer, IncomingEvent duplicate) {
                told.add("duplicate for " + consumer);
            }

            @Override
            public void stale(String consumer, IncomingEvent stale) {
                told.add("stale for " + consumer);
            }
        }));
    }

    @Test
    void eventHasItsEffectOnceAndTheDuplicateIsTold() {
        assertThat(hear("stock")).isTrue();
        assertThat(hear("stock")).isFalse();

        assertThat(effects.count(event.key())).isEqualTo(1);
        assertThat(told).containsExactly("applied by stock", "duplicate for stock");
    }

    @Test
    void eachConsumerHearsForItself() {
        assertThat(hear("stock")).isTrue();
        assertThat(hear("mail")).isTrue();

        assertThat(effects.count(event.key())).isEqualTo(2);
    }

    @Test
    void fiftySimultaneousDeliveriesHaveOneEffect() throws Exception {
        assertThat(simultaneously(50, () -> hear("stock"))).containsOnlyOnce(true);

        assertThat(effects.count(event.key())).isEqualTo(1);
    }

    @Test
    void withoutTheInboxFiftyDeliveriesHaveFiftyEffects() throws Exception {
        simultaneously(50, () -> {
            effects.happen(event.key());
            return true;
        });

        assertThat(effects.count(event.key())).isEqualTo(50);
    }

    @Test
    void failedEffectIsForgottenAndMayHappenLater() {
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> inbox.once("stock", event, () -> {
            effects.happen(event.key());
            throw new IllegalStateException("half-way");
        }));
        assertThat(effects.count(event.key())).isZero();
        assertThat(told).isEmpty();

        assertThat(hear("stock")).isTrue();
        assertThat(effects.count(event.key())).isEqualTo(1);
    }

    @Test
    void rolledBackTransactionOfTheCallerForgetsTheEvent() {
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            hear("stock");
            status.setRollbackOnly();
        });

        assertThat(effects.count(event.key())).isZero();
        assertThat(hear("stock")).isTrue();
    }

    @Test
    void olderEventAboutTheSameAggregateHasNoEffectAndIsTold() {
        assertThat(inbox.newest("stock", numbered(2), () -> effects.happen(event.key()))).isEqualTo(Outcome.APPLIED);
        assertThat(inbox.isStale("stock", numbered(1))).isTrue();
        assertThat(inbox.newest("stock", numbered(1), () -> effects.happen(event.key()))).isEqualTo(Outcome.STALE);
        assertThat(inbox.isStale("stock", numbered(3))).isFalse();
        assertThat(inbox.newest("stock", numbered(3), () -> effects.happen(event.key()))).isEqualTo(Outcome.APPLIED);

        assertThat(effects.count(event.key())).isEqualTo(2);
        assertThat(told).containsExactly("applied by stock", "stale for stock", "applied by stock");
    }

    @Test
    void repetitionOfAStaleEventIsADuplicate() {
        inbox.newest("stock", numbered(2), () -> {});
        var stale = numbered(1);

        assertThat(inbox.newest("stock", stale, () -> {})).isEqualTo(Outcome.STALE);
        assertThat(inbox.newest("stock", stale, () -> {})).isEqualTo(Outcome.DUPLICATE);
    }

    @Test
    void failedNewerEventDoesNotMakeTheOlderOneStale() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> inbox.newest("stock", numbered(2), () -> {
                    throw new IllegalStateException("half-way");
                }));

        assertThat(inbox.newest("stock", numbered(1), () -> {})).isEqualTo(Outcome.APPLIED);
    }

    @Test
    void eventWithoutANumberIsOnlyLookedAtForRepetition() {
        inbox.newest("stock", numbered(2), () -> {});

        assertThat(inbox.newest("stock", event, () -> {})).isEqualTo(Outcome.APPLIED);
        assertThat(inbox.newest("stock", event, () -> {})).isEqualTo(Outcome.DUPLICATE);
    }

    /** The final state is that of the highest number whatever the order, and each event is accounted for. */
    @Test
    void ofAnyOrderByManyWorkersTheHighestNumberIsTheLastToBeApplied() throws Exception {
        var events = new ArrayList<IncomingEvent>();
        for (int number = 1; number <= 40; number++) {
            events.add(numbered(number));
        }
        Collections.shuffle(events, new Random(42));
        var applied = Collections.synchronizedList(new ArrayList<Long>());

        List<Outcome> outcomes;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            outcomes = threads
                    .invokeAll(events.stream()
                            .<Callable<Outcome>>map(it -> () -> inbox.newest(
                                    "stock", it, () -> applied.add(it.sequence().orElseThrow())))
                            .toList())
                    .stream()
                    .map(Future::resultNow)
                    .toList();
        }

        assertThat(applied).isSorted().endsWith(40L);
        assertThat(outcomes).containsOnly(Outcome.APPLIED, Outcome.STALE).hasSize(40);
        assertThat(Collections.frequency(outcomes, Outcome.APPLIED)).isEqualTo(applied.size());
    }

    /** Its negative control: the order they came in is the order they are applied in. */
    @Test
    void withoutTheGuardTheLastToComeIsTheLastToBeApplied() {
        var applied = new ArrayList<Long>();
        for (long number : List.of(1L, 3L, 2L)) {
            inbox.once("stock", numbered(number), () -> applied.add(number));
        }

        assertThat(applied).endsWith(2L);
    }

    private IncomingEvent numbered(long sequence) {
        return new IncomingEvent(
                UUID.randomUUID().toString(),
                "shop.v1.Said",
                "elsewhere",
                time.now(),
                event.key(),
                new byte[0],
                Map.of(IncomingEvent.SEQUENCE, Long.toString(sequence)));
    }

    private boolean hear(String consumer) {
        return inbox.once(consumer, event, () -> effects.happen(event.key()));
    }

    private static List<Boolean> simultaneously(int count, Callable<Boolean> delivery) throws InterruptedException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return threads.invokeAll(Collections.nCopies(count, delivery)).stream()
                    .map(Future::resultNow)
                    .toList();
        }
    }

    private IncomingEvent event() {
        var id = UUID.randomUUID().toString();
        return new IncomingEvent(id, "shop.v1.Said", "elsewhere", time.now(), "k-" + id, new byte[0], Map.of());
    }
}
