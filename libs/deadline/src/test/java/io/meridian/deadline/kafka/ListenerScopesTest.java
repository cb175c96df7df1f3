package io.meridian.deadline.kafka;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.Stage;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.listener.AcknowledgingConsumerAwareMessageListener;
import org.springframework.kafka.listener.AcknowledgingMessageListener;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ConsumerAwareMessageListener;
import org.springframework.kafka.listener.ConsumerSeekAware;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.listener.adapter.FilteringMessageListenerAdapter;
import org.springframework.kafka.support.Acknowledgment;

class ListenerScopesTest {

    private static final Duration BUDGET = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMinutes(5);

    private final ManualTime time = new ManualTime();
    private final List<String> told = new ArrayList<>();
    private final List<String> expired = new ArrayList<>();
    private final List<String> acknowledged = new ArrayList<>();
    private final Acknowledgment acknowledgment = () -> acknowledged.add("yes");
    private ExpiredCommandHandler expiredCommands = (command, deadline) -> expired.add(command.value() + " " + left());
    private int handled;

    @Test
    void recordIsHandledInAScopeOfItsOwn() {
        receive(false, POLL, command(Duration.ofSeconds(1)), () -> {
            assertThat(DeadlineScope.current().orElseThrow().name()).isEqualTo("kafka");
            time.advance(Duration.ofSeconds(4));
            assertThat(left()).isEqualTo(BUDGET.minusSeconds(4));
        });

        assertThat(DeadlineScope.current()).isEmpty();
        assertThat(told).containsExactly("opened kafka", "closed kafka of PT30S after PT4S");
    }

    @Test
    void factNeverExpiresWhateverItsHeadersSay() {
        var fact = command(Duration.ofSeconds(1));
        time.advance(Duration.ofDays(1));

        receive(false, POLL, fact, () -> assertThat(left()).isEqualTo(BUDGET));
        fact.headers().remove(CommandDeadline.SENT);
        receive(false, POLL, fact, () -> assertThat(left()).isEqualTo(BUDGET));

        assertThat(handled).isEqualTo(2);
        assertThat(expired).isEmpty();
    }

    @Test
    void budgetIsAtMostHalfOfThePollInterval() {
        receive(false, Duration.ofSeconds(10), command(null), () -> assertThat(left()).isEqualTo(Duration.ofSeconds(5)));
    }

    @Test
    void handlerThatFailsAfterItsBudgetIsAFailureToBeTriedAgain() {
        var own = new IllegalStateException("connection closed");

        assertThatThrownBy(() -> receive(false, POLL, command(null), () -> {
                    time.advance(BUDGET);
                    throw own;
                }))
                .isInstanceOfSatisfying(ScopeEndedException.class, it -> assertThat(it.ending())
                        .isEqualTo(Ending.EXPIRED))
                .hasMessageContaining("orders-3@42")
                .hasCauseInstanceOf(TimeoutException.class)
                .hasSuppressedException(own);
        assertThat(told).contains("stopped MESSAGE EXPIRED", "closed kafka of PT30S after PT30S");
    }

    @Test
    void handlerThatFailsWithinItsBudgetFailsAsItDoes() {
        var own = new IllegalStateException("no such order");

        assertThatThrownBy(() -> receive(false, POLL, command(null), () -> {
                    throw own;
                }))
                .isSameAs(own);
        assertThat(told).containsExactly("opened kafka", "closed kafka of PT30S after PT0S");
    }

    @Test
    void handlerThatIsDoneAfterItsBudgetIsDone() {
        receive(false, POLL, command(null), () -> time.advance(BUDGET.plusSeconds(5)));

        assertThat(handled).isOne();
        assertThat(told).containsExactly("opened kafka", "closed kafka of PT30S after PT35S");
    }

    @Test
    void handlerIsInterruptedAtTheEndOfItsBudget() {
        var short_ = new ListenerSettings(Duration.ofMillis(50), Duration.ZERO);
        var scopes = new ListenerScopes(short_, expiredCommands, new Told(), time.instants());
        var listener = (ScopedListener<String, String>) scoped(scopes, false, POLL, (MessageListener<String, String>) _ -> {
            try {
                Thread.sleep(Duration.ofMinutes(5));
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        });

        assertThatThrownBy(() -> listener.onMessage(command(null))).isInstanceOf(ScopeEndedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void commandHasWhatRemainsOfItAndNeverMoreThanTheBudget() {
        receive(true, POLL, command(Duration.ofSeconds(20)), () -> assertThat(left()).isEqualTo(Duration.ofSeconds(20)));
        receive(true, POLL, command(Duration.ofSeconds(90)), () -> assertThat(left()).isEqualTo(BUDGET));
        receive(true, POLL, command(null), () -> assertThat(left()).isEqualTo(BUDGET));

        var queued = command(Duration.ofSeconds(20));
        time.advance(Duration.ofMillis(8_500));
        receive(true, POLL, queued, () -> assertThat(left()).isBetween(Duration.ofMillis(11_999), Duration.ofSeconds(12)));

        assertThat(handled).isEqualTo(4);
        assertThat(expired).isEmpty();
        assertThat(acknowledged).isEmpty();
    }

    @Test
    void expiredCommandIsNotCarriedOutButAnsweredForAndPassedOver() {
        var command = command(Duration.ofSeconds(20));
        time.advance(Duration.ofMillis(20_500));

        receive(true, POLL, command, () -> {});

        assertThat(handled).isZero();
        assertThat(expired).containsExactly("value PT30S");
        assertThat(acknowledged).hasSize(1);
        assertThat(told).containsExactly("refused kafka", "opened kafka", "closed kafka of PT30S after PT0S");
    }

    @Test
    void expiredCommandThatCouldNotBeAnsweredForIsNotPassedOver() {
        var failure = new IllegalStateException("no database");
        expiredCommands = (_, _) -> {
            throw failure;
        };
        var command = command(Duration.ZERO);

        assertThatThrownBy(() -> receive(true, POLL, command, () -> {})).isSameAs(failure);
        assertThat(acknowledged).isEmpty();
    }

    @Test
    void commandOfASenderTenMinutesAheadIsCarriedOutWithinWhatItWasGiven() {
        var command = command(Duration.ofSeconds(20), Duration.ofMinutes(10));

        receive(true, POLL, command, () -> assertThat(left()).isEqualTo(Duration.ofSeconds(20)));
        assertThat(handled).isOne();
    }

    @Test
    void commandOfASenderTenMinutesBehindIsAnsweredFor() {
        receive(true, POLL, command(Duration.ofSeconds(20), Duration.ofMinutes(-10)), () -> {});

        assertThat(handled).isZero();
        assertThat(expired).hasSize(1);
    }

    @Test
    void commandWhoseDeadlineCannotBeReadIsPoison() {
        var command = command(Duration.ofSeconds(20));
        command.headers().remove(CommandDeadline.SENT);

        assertThatThrownBy(() -> receive(true, POLL, command, () -> {})).isInstanceOf(MalformedDeadlineException.class);
        assertThat(handled).isZero();
        assertThat(expired).isEmpty();
        assertThat(acknowledged).isEmpty();
        assertThat(told).containsExactly("malformed x-sent-epoch-ms");
    }

    @Test
    void everyKindOfListenerIsCalledAsItWantsToBe() {
        var calls = new ArrayList<String>();
        MessageListener<String, String> simple = it -> calls.add("simple " + it.value());
        AcknowledgingMessageListener<String, String> acknowledging = (_, ack) -> calls.add("ack " + (ack != null));
        ConsumerAwareMessageListener<String, String> aware = (_, consumer) -> calls.add("consumer " + (consumer != null));
        AcknowledgingConsumerAwareMessageListener<String, String> both =
                (_, ack, consumer) -> calls.add("both " + (ack != null) + " " + (consumer != null));
        var filter = new FilteringMessageListenerAdapter<>(simple, _ -> false);

        for (var listener : List.of(simple, acknowledging, aware, both, filter)) {
            ((ScopedListener<String, String>) scoped(scopes(), false, POLL, listener))
                    .onMessage(command(null), acknowledgment, new MockConsumer<>("latest"));
        }

        assertThat(calls).containsExactly("simple value", "ack true", "consumer true", "both true true", "simple value");
    }

    @Test
    void listenerIsPutInsideOnlyOnce() {
        var once = scopes().around((MessageListener<String, String>) _ -> {}, false, POLL);

        assertThat(scopes().around(once, false, POLL)).isSameAs(once);
        var filtered = new FilteringMessageListenerAdapter<>((ScopedListener<?, ?>) once, _ -> false);
        assertThat(scopes().around(filtered, false, POLL)).isSameAs(filtered);
        assertThat(scopes().around("no listener", false, POLL)).isEqualTo("no listener");
    }

    @Test
    void listenerThatSeeksIsToldWhatItWasTold() {
        var seeking = new Seeking();
        var scoped = (ConsumerSeekAware) scopes().around(seeking, false, POLL);

        scoped.onFirstPoll();
        scoped.onPartitionsRevoked(List.of());
        scoped.unregisterSeekCallback();

        assertThat(seeking.told).containsExactly("first poll", "revoked", "unregistered");
    }

    @Test
    void batchIsHandledInOneScope() {
        var sizes = new ArrayList<Integer>();
        BatchMessageListener<String, String> batches = records -> {
            sizes.add(records.size());
            assertThat(left()).isEqualTo(BUDGET);
        };
        var listener = (ScopedBatchListener<String, String>) scoped(scopes(), false, POLL, batches);

        listener.onMessage(List.of(command(Duration.ZERO), command(null)));

        assertThat(sizes).containsExactly(2);
        assertThat(told).containsExactly("opened kafka", "closed kafka of PT30S after PT0S");
    }

    @Test
    void commandsInBatchesAreRefused() {
        assertThatThrownBy(() -> scopes().around((BatchMessageListener<String, String>) _ -> {}, true, POLL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one by one");
    }

    @Test
    void settingsNameWhatIsWrong() {
        assertThatThrownBy(() -> new ListenerSettings(Duration.ZERO, Duration.ZERO)).hasMessageContaining("PT0S");
        assertThatThrownBy(() -> new ListenerSettings(BUDGET, Duration.ofMillis(-1))).hasMessageContaining("PT-0.001S");
        assertThatThrownBy(() -> new ListenerSettings(BUDGET, Duration.ofMinutes(2))).hasMessageContaining("PT2M");
    }

    private void receive(boolean commands, Duration poll, ConsumerRecord<String, String> record, Runnable handler) {
        AcknowledgingMessageListener<String, String> listener = (_, _) -> {
            handled++;
            handler.run();
        };
        ((ScopedListener<String, String>) scoped(scopes(), commands, poll, listener)).onMessage(record, acknowledgment);
    }

    private ListenerScopes scopes() {
        var settings = new ListenerSettings(BUDGET, ListenerSettings.USUAL_SKEW_GUARD);
        return new ListenerScopes(
                settings,
                (command, deadline) -> expiredCommands.expired(command, deadline),
                new Told(),
                time.instants(),
                budget -> Deadline.after(budget, time.nanos()),
                time.nanos());
    }

    private static Object scoped(ListenerScopes scopes, boolean commands, Duration poll, Object listener) {
        return scopes.around(listener, commands, poll);
    }

    private static Duration left() {
        return DeadlineScope.current().orElseThrow().deadline().remaining();
    }

    private ConsumerRecord<String, String> command(@Nullable Duration given) {
        return command(given, Duration.ZERO);
    }

    /** @param ahead of the sender's clock */
    private ConsumerRecord<String, String> command(@Nullable Duration given, Duration ahead) {
        var record = new ConsumerRecord<>("orders", 3, 42, "key", "value");
        if (given != null) {
            CommandDeadline.headers(
                            Deadline.after(given, time.nanos()), () -> time.now().plus(ahead))
                    .forEach((name, value) -> record.headers().add(name, value.getBytes(US_ASCII)));
        }
        return record;
    }

    private final class Told implements DeadlineListener {

        @Override
        public void opened(DeadlineScope scope) {
            told.add("opened " + scope.name());
        }

        @Override
        public void closed(DeadlineScope scope, Duration granted, Duration used) {
            told.add("closed " + scope.name() + " of " + granted + " after " + used);
        }

        @Override
        public void refusedAtEntry(String entry) {
            told.add("refused " + entry);
        }

        @Override
        public void stopped(Stage stage, Ending ending) {
            told.add("stopped " + stage + " " + ending);
        }

        @Override
        public void malformed(String header) {
            told.add("malformed " + header);
        }
    }

    private static final class Seeking implements AcknowledgingConsumerAwareMessageListener<String, String>, ConsumerSeekAware {

        private final List<String> told = new ArrayList<>();

        @Override
        public void onMessage(
                ConsumerRecord<String, String> record,
                @Nullable Acknowledgment acknowledgment,
                @Nullable Consumer<?, ?> consumer) {}

        @Override
        public void onFirstPoll() {
            told.add("first poll");
        }

        @Override
        public void onPartitionsRevoked(@Nullable Collection<TopicPartition> partitions) {
            told.add("revoked");
        }

        @Override
        public void unregisterSeekCallback() {
            told.add("unregistered");
        }
    }
}
