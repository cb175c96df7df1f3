package io.meridian.outbox.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.meridian.outbox.InboxListener;
import io.meridian.outbox.IncomingEvent;
import io.meridian.outbox.jdbc.Inbox;
import io.meridian.testkit.ManualTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;
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
