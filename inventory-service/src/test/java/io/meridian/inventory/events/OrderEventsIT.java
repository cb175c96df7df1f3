package io.meridian.inventory.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.meridian.contracts.inventory.v1.HoldResponse.OutcomeCase;
import io.meridian.contracts.inventory.v1.InventoryEvent;
import io.meridian.contracts.order.v1.OrderCancelled;
import io.meridian.contracts.order.v1.OrderConfirmed;
import io.meridian.contracts.order.v1.OrderEvent;
import io.meridian.contracts.order.v1.OrderRejected;
import io.meridian.inventory.WholeService;
import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.Sku;
import io.meridian.testkit.Parts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
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

class OrderEventsIT extends WholeService {

    private static final Map<String, Object> KAFKA = Map.of("bootstrap.servers", Parts.kafka().bootstrapServers());

    private final KafkaProducer<String, byte[]> producer =
            new KafkaProducer<>(KAFKA, new StringSerializer(), new ByteArraySerializer());
    private final KafkaConsumer<String, byte[]> consumer =
            new KafkaConsumer<>(KAFKA, new StringDeserializer(), new ByteArrayDeserializer());
    private static final Set<String> ASIDE =
            Set.of("unreadable", "unknown-type", "unknown-version", "tombstone", "failed");

    private final List<String> heard = new ArrayList<>();
    private final OrderId order = newOrder();
    private Sku sku = new Sku("SKU-0101");

    @BeforeEach
    void listen() {
        sku = stock("SKU-0101", 10);
        var partitions = List.of("inventory.v1", "orders.v1.dlt").stream()
                .flatMap(topic -> IntStream.range(0, 6).mapToObj(partition -> new TopicPartition(topic, partition)))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
    }

    @AfterEach
    void close() {
        consumer.close();
        producer.close(Duration.ofSeconds(5));
    }

    @Test
    void aConfirmedOrderIsSoldWhatIsHeldAndThatIsAnnounced() {
        hold(order, new Line(sku, 4));

        say(confirmed(4));

        hears("STOCK_COMMITTED");
        assertThat(stockOf(sku).sold()).isEqualTo(4);
        assertThat(statusOf(order)).contains("COMMITTED");
    }

    @Test
    void anEventThatComesTwiceHasItsEffectOnce() {
        hold(order, new Line(sku, 4));
        var id = UUID.randomUUID().toString();

        say(id, confirmed(4));
        say(id, confirmed(4));
        var cancellation = UUID.randomUUID().toString();
        say(cancellation, cancelled());
        say(cancellation, cancelled());
        say(id, confirmed(4));
        say(rejected());

        hears("STOCK_COMMITTED", "STOCK_RETURNED REASON_CANCELLED", "STOCK_RETURNED REASON_REJECTED");
        assertThat(stockOf(sku).onHand()).isEqualTo(10);
        assertThat(contradictions()).isEmpty();
    }

    @Test
    void aRejectedOrderGivesBackWhatIsHeld() {
        hold(order, new Line(sku, 4));

        say(rejected());

        hears("STOCK_RETURNED REASON_REJECTED");
        assertThat(stockOf(sku).onHand()).isEqualTo(10);
        assertThat(statusOf(order)).contains("RELEASED");
    }

    @Test
    void aCancelledOrderGivesBackWhatIsSold() {
        hold(order, new Line(sku, 4));

        say(confirmed(4));
        say(cancelled());

        hears("STOCK_COMMITTED", "STOCK_RETURNED REASON_CANCELLED");
        assertThat(stockOf(sku).onHand()).isEqualTo(10);
        assertThat(statusOf(order)).contains("RETURNED");
    }

    @Test
    void anOrderThatEndsBeforeItsHoldArrivesHoldsNothing() {
        say(cancelled());
        hears("STOCK_RETURNED REASON_CANCELLED");

        assertThat(hold(order, new Line(sku, 4)).getOutcomeCase()).isEqualTo(OutcomeCase.CLOSED);

        assertThat(stockOf(sku).onHand()).isEqualTo(10);
    }

    @Test
    void aHoldThatNobodyConfirmsExpiresAndThatIsAnnounced() {
        hold(order, new Line(sku, 4));

        letExpire(order);

        hears("STOCK_RETURNED REASON_EXPIRED");
        assertThat(stockOf(sku).onHand()).isEqualTo(10);
        assertThat(hold(order, new Line(sku, 4)).getOutcomeCase()).isEqualTo(OutcomeCase.CLOSED);
    }

    @Test
    void aLateConfirmationTakesTheStockAgain() {
        hold(order, new Line(sku, 4));
        letExpire(order);
        hears("STOCK_RETURNED REASON_EXPIRED");

        say(confirmed(4));

        hears("STOCK_RETURNED REASON_EXPIRED", "STOCK_COMMITTED");
        assertThat(stockOf(sku).sold()).isEqualTo(4);
    }

    @Test
    void aLateConfirmationLosesWhatOthersHaveTakenMeanwhile() {
        hold(order, new Line(sku, 4));
        letExpire(order);
        hears("STOCK_RETURNED REASON_EXPIRED");
        hold(newOrder(), new Line(sku, 7));

        say(confirmed(4));

        hears("STOCK_RETURNED REASON_EXPIRED", "STOCK_LOST [SKU-0101]");
        assertThat(stockOf(sku).held()).isEqualTo(7);
        assertThat(contradictions()).isEmpty();
    }

    @Test
    void whatCannotBeReadIsPutAsideAndHoldsUpNobody() {
        hold(order, new Line(sku, 4));

        send(order.toString(), UUID.randomUUID().toString(), "order.v1.Something", "no event at all".getBytes(UTF_8));
        producer.send(new ProducerRecord<>("orders.v1", order.toString(), confirmed(4).toByteArray()));
        say(event().setOrderId("not-this-order").setOrderRejected(OrderRejected.getDefaultInstance()).build());
        say(confirmed(10_001));
        say(event().build());
        say(confirmed(4));

        hears("unreadable", "unreadable", "unreadable", "unreadable", "unknown-type", "STOCK_COMMITTED");
        assertThat(stockOf(sku).sold()).isEqualTo(4);
    }

    @Test
    void whatALaterReleaseSaysIsKeptForOneThatUnderstandsItAndItsAdditionsDoNotDisturb() {
        hold(order, new Line(sku, 4));
        var later = UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();

        send(order.toString(), UUID.randomUUID().toString(), "order.v2.OrderConfirmed", confirmed(4).toByteArray());
        say(event().setUnknownFields(later).build());
        producer.send(new ProducerRecord<>("orders.v1", order.toString(), null));
        say(confirmed(4).toBuilder().setUnknownFields(later).build());

        hears("unknown-version", "unknown-type", "tombstone", "STOCK_COMMITTED");
    }

    @Test
    void anEventOlderThanOneThatWasHeardHasNoEffect() {
        hold(order, new Line(sku, 4));

        say(2, cancelled());
        say(1, confirmed(4));
        say(3, event().build());

        hears("STOCK_RETURNED REASON_CANCELLED", "unknown-type");
        assertThat(stockOf(sku).onHand()).isEqualTo(10);
        assertThat(contradictions()).isEmpty();
    }

    @Test
    void theKeyThatIsNoOrderIdIsPutAside() {
        var key = "order-" + UUID.randomUUID();
        var event = OrderEvent.newBuilder()
                .setOrderId(key)
                .setOrderRejected(OrderRejected.getDefaultInstance())
                .build();

        send(key, UUID.randomUUID().toString(), "order.v1.Something", event.toByteArray());

        await().atMost(PATIENCE).until(() -> listen(key), List.of("unreadable")::equals);
    }

    private OrderEvent.Builder event() {
        return OrderEvent.newBuilder().setOrderId(order.toString());
    }

    private OrderEvent confirmed(int quantity) {
        var confirmed = OrderConfirmed.newBuilder().setCustomerId("c-1");
        confirmed.addLinesBuilder().setSku(sku.value()).setQuantity(quantity);
        return event().setOrderConfirmed(confirmed).build();
    }

    private OrderEvent rejected() {
        return event().setOrderRejected(OrderRejected.newBuilder().setReason("out-of-stock")).build();
    }

    private OrderEvent cancelled() {
        return event().setOrderCancelled(OrderCancelled.newBuilder().setReason("requested")).build();
    }

    private void say(OrderEvent event) {
        say(UUID.randomUUID().toString(), event);
    }

    private void say(String id, OrderEvent event) {
        send(order.toString(), id, "order.v1.Something", event.toByteArray());
    }

    private void say(long sequence, OrderEvent event) {
        var record = record(order.toString(), UUID.randomUUID().toString(), "order.v1.Something", event.toByteArray());
        record.headers().add("ce_sequence", Long.toString(sequence).getBytes(UTF_8));
        producer.send(record);
    }

    private void send(String key, String id, String type, byte[] value) {
        producer.send(record(key, id, type, value));
    }

    private static ProducerRecord<String, byte[]> record(String key, String id, String type, byte[] value) {
        var record = new ProducerRecord<>("orders.v1", key, value);
        Map.of(
                        "ce_id", id,
                        "ce_type", type,
                        "ce_source", "order-service",
                        "ce_time", Instant.now().toString())
                .forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
        return record;
    }

    /** Waits until exactly this is said about the order; what stands in one topic is in order, two topics are read in any. */
    private void hears(String... announcements) {
        await().atMost(PATIENCE)
                .pollInSameThread()
                .untilAsserted(() -> assertThat(listen(order.toString())).containsExactlyInAnyOrder(announcements));
        assertThat(facts(heard).getLast()).isEqualTo(facts(List.of(announcements)).getLast());
    }

    private static List<String> facts(List<String> announcements) {
        return announcements.stream().filter(it -> !ASIDE.contains(it)).toList();
    }

    private List<String> listen(String key) {
        for (var record : consumer.poll(Duration.ofMillis(100))) {
            if (key.equals(record.key())) {
                heard.add(record.topic().equals("inventory.v1") ? told(record.value()) : why(record));
            }
        }
        return heard;
    }

    private static String why(ConsumerRecord<?, ?> letter) {
        return new String(letter.headers().lastHeader("x-parked-reason").value(), UTF_8);
    }

    private static String told(byte[] value) {
        try {
            var event = InventoryEvent.parseFrom(value);
            return switch (event.getFactCase()) {
                case STOCK_RETURNED -> event.getFactCase() + " " + event.getStockReturned().getReason();
                case STOCK_LOST -> event.getFactCase() + " " + event.getStockLost().getSkusList();
                default -> event.getFactCase().toString();
            };
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
