package io.meridian.outbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;

class AttemptsTest {

    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private final List<Duration> pauses = new ArrayList<>();
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final AtomicInteger attempts = new AtomicInteger();
    private final Attempts.Sleeper sleeper = pauses::add;
    private final Attempts sut = new Attempts(
            new DeadLetters(new KafkaTemplate<>(producers()), "shop", () -> {}),
            new RetrySettings(
                    Duration.ofMillis(100), Duration.ofSeconds(2), 5, Duration.ofSeconds(5), Duration.ofMinutes(5)),
            List.of(),
            sleeper);
    private final ConsumerRecord<String, byte[]> record =
            new ConsumerRecord<>("orders.v1", 3, 42, "o-1", new byte[] {7});

    @AfterEach
    void forgetTheInterrupt() {
        Thread.interrupted();
    }

    @Test
    void successNeedsNoSecondAttempt() {
        assertThat(until(() -> {})).isEqualTo(Attempts.End.DONE);

        assertThat(attempts).hasValue(1);
        assertThat(pauses).isEmpty();
    }

    @Test
    void poisonIsTriedAsOftenAsFaultyRecordsAreAndPutAside() {
        assertThat(until(() -> {
                    throw new IllegalArgumentException("quantity must be positive");
                }))
                .isEqualTo(Attempts.End.PARKED);

        assertThat(attempts).hasValue(6);
        assertThat(pauses).extracting(Duration::toMillis).containsExactly(100L, 200L, 400L, 800L, 1600L);
        assertThat(producer.history()).hasSize(1);
    }

    @Test
    void unknownEventIsPutAsideAtOnce() {
        assertThat(until(() -> {
                    throw UnreadableEventException.unknownType("order.v1.OrderShipped");
                }))
                .isEqualTo(Attempts.End.PARKED);

        assertThat(attempts).hasValue(1);
    }

    @Test
    void recordThatOverflowsTheStackIsPoisonLikeAnyOther() {
        assertThat(until(() -> {
                    throw new StackOverflowError();
                }))
                .isEqualTo(Attempts.End.PARKED);
    }

    @Test
    void whatIsDownIsWaitedForAsLongAsItTakes() {
        assertThat(until(() -> {
                    if (attempts.get() < 500) {
                        throw new DependencyDownException("provider", new RuntimeException());
                    }
                }))
                .isEqualTo(Attempts.End.DONE);

        assertThat(pauses).hasSize(499).allSatisfy(it -> assertThat(it).isLessThanOrEqualTo(Duration.ofSeconds(5)));
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void recordWhoseDeadLetterCannotBeWrittenIsTriedAgainFromTheStart() {
        producer.sendException = new TimeoutException("no leader");

        assertThat(until(() -> {
                    if (attempts.get() == 7) {
                        producer.sendException = null;
                    }
                    throw new IllegalArgumentException("poison");
                }))
                .isEqualTo(Attempts.End.PARKED);

        assertThat(attempts).hasValue(12);
        assertThat(producer.history()).hasSize(1);
    }

    @Test
    void cancelledRecordIsNeitherRepeatedNorPutAside() {
        assertThat(until(() -> {
                    cancelled.set(true);
                    throw new IllegalStateException("interrupted");
                }))
                .isEqualTo(Attempts.End.CANCELLED);

        assertThat(attempts).hasValue(1);
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void budgetThatRanOutDoesNotCutThePauseShort() {
        var interruptedInPause = new ArrayList<Boolean>();
        var attentive = new Attempts(
                new DeadLetters(new KafkaTemplate<>(producers()), "shop", () -> {}),
                new RetrySettings(
                        Duration.ofMillis(100), Duration.ofSeconds(2), 1, Duration.ofSeconds(5), Duration.ofMinutes(5)),
                List.of(),
                _ -> interruptedInPause.add(Thread.currentThread().isInterrupted()));

        attentive.until(
                record,
                _ -> {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("too late");
                },
                () -> false);

        assertThat(interruptedInPause).containsExactly(false);
    }

    private Attempts.End until(Runnable attempt) {
        return sut.until(
                record,
                _ -> {
                    attempts.incrementAndGet();
                    attempt.run();
                },
                cancelled::get);
    }

    private ProducerFactory<String, byte[]> producers() {
        return new ProducerFactory<>() {
            @Override
            public Producer<String, byte[]> createProducer() {
                return producer;
            }

            @Override
            public Map<String, Object> getConfigurationProperties() {
                return Map.of("delivery.timeout.ms", 100);
            }
        };
    }
}
