package io.meridian.order.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.contracts.inventory.v1.InventoryEvent;
import io.meridian.contracts.inventory.v1.StockCommitted;
import io.meridian.contracts.inventory.v1.StockLost;
import io.meridian.contracts.inventory.v1.StockReturned;
import io.meridian.contracts.order.v1.OrderEvent;
import io.meridian.contracts.payment.v1.CaptureFailed;
import io.meridian.contracts.payment.v1.PaymentCaptured;
import io.meridian.contracts.payment.v1.PaymentEvent;
import io.meridian.order.WholeService;
import io.meridian.testkit.Parts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventsIT extends WholeService {

    private final String kafka = Parts.kafka().bootstrapServers();

    private KafkaProducer<String, byte[]> producer;

    @BeforeEach
    void produce() {
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka, "linger.ms", "0"), new StringSerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void close() {
        producer.close(Duration.ofSeconds(5));
    }

    @Test
    void everyEndIsAnnouncedOnceInOrderAndUnderTheOrdersKey() throws Exception {
        var confirmed = confirmed();
        cancel(confirmed);
        var rejected = json(place(key(), body(customer(), "tok_declined"))).get("orderId").asString();

        var records = records("orders.v1", confirmed, 2);
        var first = OrderEvent.parseFrom(records.get(0).value());
        var second = OrderEvent.parseFrom(records.get(1).value());
        assertThat(records).extracting(it -> header(it, "ce_type"))
                .containsExactly("order.v1.OrderConfirmed", "order.v1.OrderCancelled");
        assertThat(records).extracting(it -> header(it, "ce_source")).containsOnly("order-service");
        assertThat(header(records.getFirst(), "traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
        assertThat(first.getOrderId()).isEqualTo(confirmed);
        assertThat(first.getOrderConfirmed().getTotal().getAmount()).isEqualTo(3_998);
        assertThat(first.getOrderConfirmed().getLines(0).getSku()).isEqualTo("SKU-0001");
        assertThat(second.getOrderCancelled().getReason()).isEqualTo("cancelled-by-customer");
        var third = OrderEvent.parseFrom(records("orders.v1", rejected, 1).getFirst().value());
        assertThat(third.getOrderRejected().getReason()).isEqualTo("card-declined");
    }

    @Test
    void stepsOfTheNeighboursAreRecordedOnceThoughTheyCameTwice() {
        var id = confirmed();
        var committed = inventory(id).setStockCommitted(StockCommitted.getDefaultInstance()).build();
        var captured = payment(id).setPaymentCaptured(PaymentCaptured.getDefaultInstance()).build();
        var eventId = UUID.randomUUID().toString();

        send("payments.v1", id, UUID.randomUUID().toString(), captured.toByteArray());
        send("inventory.v1", id, eventId, committed.toByteArray());
        send("inventory.v1", id, eventId, committed.toByteArray());
        var next = confirmed();
        send("inventory.v1", next, UUID.randomUUID().toString(), inventory(next).setStockCommitted(StockCommitted.getDefaultInstance()).build().toByteArray());

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(steps(next)).contains("STOCK_COMMITTED"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(steps(id)).contains("PAYMENT_CAPTURED", "STOCK_COMMITTED"));
        assertThat(steps(id)).hasSize(4);
    }

    @Test
    void lostStockCancelsTheOrderAndAnnouncesIt() throws Exception {
        var id = confirmed();

        send("inventory.v1", id, UUID.randomUUID().toString(),
                inventory(id).setStockLost(StockLost.newBuilder().addSkus("SKU-0001")).build().toByteArray());

        becomes(id, "CANCELLED");
        assertThat(json(get("/api/orders/" + id)).get("reason").asString()).isEqualTo("stock-lost");
        var event = OrderEvent.parseFrom(records("orders.v1", id, 2).getLast().value());
        assertThat(event.getOrderCancelled().getReason()).isEqualTo("stock-lost");
    }

    @Test
    void aFailedCaptureCancelsTheOrder() {
        var id = confirmed();

        send("payments.v1", id, UUID.randomUUID().toString(), payment(id).setCaptureFailed(CaptureFailed.getDefaultInstance()).build().toByteArray());

        becomes(id, "CANCELLED");
        assertThat(json(get("/api/orders/" + id)).get("reason").asString()).isEqualTo("capture-failed");
    }

    @Test
    void poisonGoesToTheDeadLettersAndWhatComesAfterItIsHeard() {
        var id = confirmed();
        var poison = UUID.randomUUID().toString();

        producer.send(new ProducerRecord<>("inventory.v1", 0, poison, "no event".getBytes(UTF_8)));
        send("inventory.v1", 0, poison, UUID.randomUUID().toString(), new byte[] {(byte) 0xff, 1, 2});
        send("inventory.v1", 0, poison, UUID.randomUUID().toString(), InventoryEvent.newBuilder().setOrderId("x").build().toByteArray());
        send("inventory.v1", 0, poison, UUID.randomUUID().toString(), inventory(id).build().toByteArray());
        producer.send(new ProducerRecord<>("inventory.v1", 0, poison, null));
        send("inventory.v1", 0, id, UUID.randomUUID().toString(),
                inventory(id).setStockReturned(StockReturned.newBuilder().setReason(StockReturned.Reason.REASON_EXPIRED)).build().toByteArray());

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(steps(id)).contains("STOCK_RETURNED"));
        assertThat(records("inventory.v1.dlt", poison, 5))
                .extracting(it -> header(it, "x-parked-reason"))
                .containsExactly("unreadable", "unreadable", "unreadable", "unknown-type", "tombstone");
        assertThat(jdbc.sql("SELECT reason FROM order_transitions WHERE order_id = CAST(:id AS UUID) AND step = 'STOCK_RETURNED'")
                        .param("id", id).query(String.class).single())
                .isEqualTo("expired");
    }

    private List<String> steps(String id) {
        return jdbc.sql("SELECT step FROM order_transitions WHERE order_id = CAST(:id AS UUID) ORDER BY sequence")
                .param("id", id)
                .query(String.class)
                .list();
    }

    private static InventoryEvent.Builder inventory(String id) {
        return InventoryEvent.newBuilder().setOrderId(id);
    }

    private static PaymentEvent.Builder payment(String id) {
        return PaymentEvent.newBuilder().setOrderId(id);
    }

    private void send(String topic, String key, String eventId, byte[] payload) {
        send(topic, null, key, eventId, payload);
    }

    private void send(String topic, @org.jspecify.annotations.Nullable Integer partition, String key, String eventId, byte[] payload) {
        var record = new ProducerRecord<>(topic, partition, key, payload);
        Map.of("ce_id", eventId, "ce_type", "some.v1.Event", "ce_source", "test", "ce_time", Instant.now().toString())
                .forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
        producer.send(record);
        producer.flush();
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), UTF_8);
    }

    /** At least so many records of one key, in order. */
    private List<ConsumerRecord<String, byte[]>> records(String topic, String key, int count) {
        var config = new HashMap<String, Object>(Map.of("bootstrap.servers", kafka, "auto.offset.reset", "earliest"));
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(topic).stream()
                    .map(it -> new TopicPartition(topic, it.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var found = new ArrayList<ConsumerRecord<String, byte[]>>();
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(it -> {
                    if (key.equals(it.key())) {
                        found.add(it);
                    }
                });
                return found.size() >= count;
            });
            return found;
        }
    }
}
