package io.meridian.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.contracts.inventory.v1.InventoryEvent;
import io.meridian.contracts.order.v1.OrderEvent;
import io.meridian.contracts.payment.v1.PaymentEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What a stranger who listens to the topics sees. */
@ResourceLock(RunningPlatform.SHARED)
@ExtendWith(RunningPlatform.class)
class EventsIT {

    private final Meridian meridian;

    EventsIT(Meridian meridian) {
        this.meridian = meridian;
    }

    @Test
    void placedOrderIsAnnouncedByAllThreeServicesAsCloudEventsOfOneTrace() throws Exception {
        var placed = meridian.gateway()
                .place(Door.freshKey(), Door.order("events-" + UUID.randomUUID(), "SKU-0020", 2, "tok_ok"));
        var id = placed.text("id");

        var records = recordsOf(id, 3);

        assertThat(records).hasSize(3).allSatisfy(record -> {
            var headers = headers(record);
            assertThat(headers).containsKeys("ce_id", "ce_type", "ce_source", "ce_time", "traceparent");
            assertThat(headers.get("traceparent")).startsWith("00-" + placed.header("x-trace-id") + "-");
            assertThat(Instant.parse(headers.get("ce_time"))).isBefore(Instant.now().plusSeconds(60));
        });
        assertThat(records.stream().map(it -> headers(it).get("ce_id"))).doesNotHaveDuplicates();
        var byTopic = new HashMap<String, ConsumerRecord<String, byte[]>>();
        records.forEach(it -> byTopic.put(it.topic(), it));
        var confirmed = OrderEvent.parseFrom(on(byTopic, "orders.v1").value());
        assertThat(confirmed.getOrderConfirmed().getTotal().getAmount())
                .isEqualTo(placed.body().at("/total/amount").asLong());
        assertThat(headers(on(byTopic, "orders.v1")).get("ce_type")).isEqualTo("order.v1.OrderConfirmed");
        assertThat(InventoryEvent.parseFrom(on(byTopic, "inventory.v1").value()).hasStockCommitted())
                .isTrue();
        assertThat(PaymentEvent.parseFrom(on(byTopic, "payments.v1").value())
                        .getPaymentCaptured()
                        .getAmount()
                        .getAmount())
                .isEqualTo(placed.body().at("/total/amount").asLong());
    }

    private List<ConsumerRecord<String, byte[]>> recordsOf(String orderId, int count) {
        var found = new ArrayList<ConsumerRecord<String, byte[]>>();
        var settings = Map.<String, Object>of(
                "bootstrap.servers", meridian.kafkaAddress(), "isolation.level", "read_committed", "auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partitions = new HashSet<org.apache.kafka.common.TopicPartition>();
            for (var topic : List.of("orders.v1", "inventory.v1", "payments.v1")) {
                consumer.partitionsFor(topic)
                        .forEach(it -> partitions.add(new org.apache.kafka.common.TopicPartition(topic, it.partition())));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var deadline = Instant.now().plusSeconds(60);
            while (found.size() < count && Instant.now().isBefore(deadline)) {
                consumer.poll(Duration.ofMillis(500)).forEach(it -> {
                    if (orderId.equals(it.key())) {
                        found.add(it);
                    }
                });
            }
        }
        return found;
    }

    private static ConsumerRecord<String, byte[]> on(Map<String, ConsumerRecord<String, byte[]>> records, String topic) {
        return Objects.requireNonNull(records.get(topic), () -> "no event on " + topic);
    }

    private static Map<String, String> headers(ConsumerRecord<String, byte[]> record) {
        var headers = new HashMap<String, String>();
        record.headers().forEach(it -> headers.put(it.key(), new String(it.value(), UTF_8)));
        return headers;
    }
}
