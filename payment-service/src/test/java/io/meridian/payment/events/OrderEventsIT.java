package io.meridian.payment.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.meridian.contracts.order.v1.OrderCancelled;
import io.meridian.contracts.order.v1.OrderConfirmed;
import io.meridian.contracts.order.v1.OrderEvent;
import io.meridian.contracts.order.v1.OrderRejected;
import io.meridian.contracts.payment.v1.AuthoriseResponse.OutcomeCase;
import io.meridian.contracts.payment.v1.PaymentEvent;
import io.meridian.payment.Doors;
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

class OrderEventsIT extends Doors {

    private static final Map<String, Object> KAFKA =
            Map.of("bootstrap.servers", Parts.kafka().bootstrapServers());

    private final KafkaProducer<String, byte[]> producer =
            new KafkaProducer<>(KAFKA, new StringSerializer(), new ByteArraySerializer());
    private final KafkaConsumer<String, byte[]> consumer =
            new KafkaConsumer<>(KAFKA, new StringDeserializer(), new ByteArrayDeserializer());
    private static final Set<String> ASIDE =
            Set.of("unreadable", "unknown-type", "unknown-version", "tombstone", "failed");

    private final List<String> heard = new ArrayList<>();

    @BeforeEach
    void listen() {
        var partitions = List.of("payments.v1", "orders.v1.dlt").stream()
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
    void theMoneyOfAConfirmedOrderIsTakenAndThatIsAnnounced() {
        authorise("tok_ok");

        say(confirmed(AMOUNT));

        hears("PAYMENT_CAPTURED 4998 EUR");
        assertThat(stored()).isEqualTo("CAPTURED");
        assertThat(moved()).containsExactly("RESERVED", "CAPTURED");
        assertThat(journal()).containsExactly("AUTHORISE SUCCEEDED", "CAPTURE SUCCEEDED");
        assertThat(get("/api/payments/" + order).body()).contains("\"status\":\"CAPTURED\"");
    }

    @Test
    void eventsThatComeManyTimesHaveTheirEffectOnce() {
        authorise("tok_ok");
        var confirmation = UUID.randomUUID().toString();
        var cancellation = UUID.randomUUID().toString();

        for (var delivery = 0; delivery < 10; delivery++) {
            say(confirmation, confirmed(AMOUNT));
        }
        say(cancellation, cancelled());
        say(confirmation, confirmed(AMOUNT));
        say(cancellation, cancelled());
        say(rejected());

        hears("PAYMENT_CAPTURED 4998 EUR", "PAYMENT_REFUNDED 4998 EUR");
        assertThat(moved()).containsExactly("RESERVED", "CAPTURED", "REFUNDED");
        assertThat(stored()).isEqualTo("REFUNDED");
    }

    @Test
    void theSilentCardIsCapturedOnceAndFoundOut() {
        authorise("tok_timeout");
        becomes("AUTHORISED");

        say(confirmed(AMOUNT));

        hears("PAYMENT_CAPTURED 4998 EUR");
        assertThat(moved()).containsExactly("RESERVED", "CAPTURED");
    }

    @Test
    void whatIsReservedForARejectedOrderIsVoided() {
        authorise("tok_ok");

        say(rejected());

        hears("PAYMENT_VOIDED");
        assertThat(moved()).containsExactly("RESERVED", "CANCELLED");
        assertThat(stored()).isEqualTo("VOIDED");
    }

    @Test
    void anOrderThatIsRejectedBeforeAnybodyAsksForMoneyIsClosed() {
        say(rejected());
        becomes("CLOSED");

        assertThat(authorise("tok_ok").getOutcomeCase()).isEqualTo(OutcomeCase.CLOSED);
        assertThat(moved()).isEmpty();
    }

    @Test
    void anOrderThatIsCancelledBeforeAnybodyAsksForMoneyHearsThatNoneIsHeld() {
        say(cancelled());

        hears("PAYMENT_VOIDED");
        assertThat(authorise("tok_ok").getOutcomeCase()).isEqualTo(OutcomeCase.CLOSED);
    }

    @Test
    void aDeclinedPaymentOfARejectedOrderIsNothingToTalkAbout() {
        authorise("tok_declined");

        say(rejected());
        say(confirmed(AMOUNT));

        hears("CAPTURE_FAILED");
        assertThat(stored()).isEqualTo("DECLINED");
    }

    @Test
    void anOrderCancelledWhileItsPaymentIsUnknownIsResolvedAndVoided() {
        authorise("tok_slow_2000");
        assertThat(stored()).isEqualTo("UNKNOWN");

        say(cancelled());

        hears("PAYMENT_VOIDED");
        assertThat(moved()).containsExactly("RESERVED", "CANCELLED");
        assertThat(journal()).containsExactly("AUTHORISE SUCCEEDED", "VOID SUCCEEDED");
    }

    @Test
    void aConfirmationThatComesAfterTheVoidFindsNothingToTake() {
        authorise("tok_ok");

        say(cancelled());
        say(confirmed(AMOUNT));

        hears("PAYMENT_VOIDED", "CAPTURE_FAILED");
        assertThat(moved()).containsExactly("RESERVED", "CANCELLED");
    }

    @Test
    void aConfirmationNobodyAskedMoneyForFails() {
        say(confirmed(AMOUNT));

        hears("CAPTURE_FAILED");
        assertThat(stored()).isEqualTo("nothing");
    }

    @Test
    void anotherAmountThanTheAuthorisedIsNotTaken() {
        authorise("tok_ok");

        say(confirmed(AMOUNT + 1));

        hears("CAPTURE_FAILED");
        assertThat(moved()).containsExactly("RESERVED");
    }

    @Test
    void anAuthorisationThatNobodyConfirmsIsGivenBackAndThatIsAnnounced() {
        authorise("tok_ok");

        jdbc.sql("UPDATE payments SET expires_at = now(), due_at = now() WHERE order_id = :order")
                .param("order", order.value())
                .update();

        hears("PAYMENT_VOIDED");
        assertThat(moved()).containsExactly("RESERVED", "CANCELLED");
    }

    @Test
    void whatCannotBeReadIsPutAsideAndHoldsUpNobody() {
        authorise("tok_ok");

        send(order.toString(), UUID.randomUUID().toString(), "order.v1.Something", "no event at all".getBytes(UTF_8));
        producer.send(new ProducerRecord<>("orders.v1", order.toString(), confirmed(AMOUNT).toByteArray()));
        say(event().setOrderId("not-this-order").setOrderRejected(OrderRejected.getDefaultInstance()).build());
        say(event().setOrderConfirmed(OrderConfirmed.getDefaultInstance()).build());
        say(event().build());
        say(confirmed(AMOUNT));

        hears("unreadable", "unreadable", "unreadable", "unreadable", "unknown-type", "PAYMENT_CAPTURED 4998 EUR");
        assertThat(moved()).containsExactly("RESERVED", "CAPTURED");
    }

    @Test
    void whatALaterReleaseSaysIsKeptForOneThatUnderstandsItAndItsAdditionsDoNotDisturb() {
        authorise("tok_ok");
        var later = UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();

        send(order.toString(), UUID.randomUUID().toString(), "order.v2.OrderConfirmed", confirmed(AMOUNT).toByteArray());
        say(event().setUnknownFields(later).build());
        producer.send(new ProducerRecord<>("orders.v1", order.toString(), null));
        say(confirmed(AMOUNT).toBuilder().setUnknownFields(later).build());

        hears("unknown-version", "unknown-type", "tombstone", "PAYMENT_CAPTURED 4998 EUR");
    }

    @Test
    void anEventOlderThanOneThatWasHeardHasNoEffect() {
        authorise("tok_ok");

        say(2, cancelled());
        say(1, confirmed(AMOUNT));
        say(3, event().build());

        hears("PAYMENT_VOIDED", "unknown-type");
        assertThat(moved()).containsExactly("RESERVED", "CANCELLED");
    }

    @Test
    void theKeyThatIsNoOrderIdIsPutAside() {
        var key = "order-" + UUID.randomUUID();
        var event = OrderEvent.newBuilder()
                .setOrderId(key)
                .setOrderRejected(OrderRejected.getDefaultInstance())
                .build();

        send(key, UUID.randomUUID().toString(), "order.v1.Something", event.toByteArray());

        await().atMost(PATIENCE).pollInSameThread().until(() -> listen(key), List.of("unreadable")::equals);
    }

    private OrderEvent.Builder event() {
        return OrderEvent.newBuilder().setOrderId(order.toString());
    }

    private OrderEvent confirmed(long amount) {
        var confirmed = OrderConfirmed.newBuilder().setCustomerId("c-1");
        confirmed.getTotalBuilder().setAmount(amount).setCurrency("EUR");
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

    /** Waits until exactly this is said about the order, in any topic that we follow. */
    private void hears(String... announcements) {
        await().atMost(PATIENCE)
                .pollInSameThread()
                .untilAsserted(() -> assertThat(listen(order.toString())).containsExactlyInAnyOrder(announcements));
        assertThat(facts(heard).getLast()).isEqualTo(facts(List.of(announcements)).getLast());
    }

    /** Two topics are read in any order; only what stands in one of them is in order. */
    private static List<String> facts(List<String> announcements) {
        return announcements.stream().filter(it -> !ASIDE.contains(it)).toList();
    }

    private List<String> listen(String key) {
        for (var record : consumer.poll(Duration.ofMillis(100))) {
            if (key.equals(record.key())) {
                heard.add(record.topic().equals("payments.v1") ? told(record.value()) : why(record));
            }
        }
        return heard;
    }

    private static String why(ConsumerRecord<?, ?> letter) {
        return new String(letter.headers().lastHeader("x-parked-reason").value(), UTF_8);
    }

    private static String told(byte[] value) {
        try {
            var event = PaymentEvent.parseFrom(value);
            var fact = event.getFactCase();
            return switch (fact) {
                case PAYMENT_CAPTURED ->
                    fact + " " + event.getPaymentCaptured().getAmount().getAmount() + " "
                            + event.getPaymentCaptured().getAmount().getCurrency();
                case PAYMENT_REFUNDED ->
                    fact + " " + event.getPaymentRefunded().getAmount().getAmount() + " "
                            + event.getPaymentRefunded().getAmount().getCurrency();
                default -> fact.toString();
            };
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}
