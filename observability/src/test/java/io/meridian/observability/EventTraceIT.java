package io.meridian.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.edges.TraceIds;
import io.meridian.outbox.OutgoingEvent;
import io.meridian.outbox.jdbc.Inbox;
import io.meridian.outbox.jdbc.Outbox;
import io.meridian.outbox.kafka.Events;
import io.meridian.testkit.UsesParts;
import io.meridian.testkit.UsesParts.Part;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.transaction.support.TransactionTemplate;

/** An event is handled under the trace of the request that caused it, though a relay carried it in between. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.NONE,
        properties = {
            "spring.application.name=trace-probe",
            "meridian.version=v7",
            "meridian.environment=test",
            "spring.main.web-application-type=none"
        })
@UsesParts({Part.POSTGRES, Part.KAFKA})
class EventTraceIT {

    private static final String TOPIC = "traces-" + UUID.randomUUID();

    @Autowired
    private Outbox outbox;

    @Autowired
    private TransactionTemplate transaction;

    @Autowired
    private ObservationRegistry observations;

    @Autowired
    private TraceIds traceIds;

    @Autowired
    private Service service;

    @Autowired
    private MeterRegistry meters;

    @Test
    void listenerContinuesTheTraceOfTheRequest() {
        var causing = Objects.requireNonNull(
                Observation.createNotStarted("request", observations).observe(() -> {
                    transaction.executeWithoutResult(_ -> outbox.append(new OutgoingEvent(
                            TOPIC, "o-1", "OrderConfirmed", "x".getBytes(StandardCharsets.UTF_8))));
                    return traceIds.current();
                }));

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(service.seen.get()).isEqualTo(causing));
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(meters.get(OutboxMeter.PUBLISHED.getName())
                            .tag("topic", TOPIC)
                            .timer()
                            .count())
                    .isPositive();
            assertThat(meters.get(OutboxMeter.APPLIED.getName())
                            .tag("consumer", "trace-probe")
                            .counter()
                            .count())
                    .isOne();
            assertThat(meters.get(OutboxMeter.STATE.getName())
                            .tag("state", "streaming")
                            .gauge()
                            .value())
                    .isOne();
        });
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {

        @Bean
        NewTopic topic() {
            return new NewTopic(TOPIC, 1, (short) 1);
        }

        @Bean
        Service service(Inbox inbox, TraceIds traceIds) {
            return new Service(inbox, traceIds);
        }

        @Bean
        String topicName() {
            return TOPIC;
        }
    }

    static class Service {

        final AtomicReference<String> seen = new AtomicReference<>("");

        private final Inbox inbox;
        private final TraceIds traceIds;

        Service(Inbox inbox, TraceIds traceIds) {
            this.inbox = inbox;
            this.traceIds = traceIds;
        }

        @KafkaListener(id = "trace-probe", groupId = "trace-probe", topics = "#{@topicName}")
        void on(ConsumerRecord<String, byte[]> record, Acknowledgment acknowledgment) {
            inbox.once("trace-probe", Events.read(record), () -> seen.set(String.valueOf(traceIds.current())));
            acknowledgment.acknowledge();
        }
    }
}
