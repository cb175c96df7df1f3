package io.meridian.outbox.shop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.outbox.HearingReport;
import io.meridian.outbox.HearingStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.KafkaTemplate;

/** Whatever comes, in whichever order and however often, with restarts in between: every record is accounted for. */
@ShopTest
class AccountIT {

    private static final int KEYS = 20;
    private static final int EVENTS_OF_A_KEY = 10;

    private final KafkaTemplate<String, byte[]> kafka;
    private final KafkaListenerEndpointRegistry listeners;
    private final HearingReport report;
    private final Effects effects;
    private final String run = UUID.randomUUID().toString();

    AccountIT(
            KafkaTemplate<String, byte[]> kafka,
            KafkaListenerEndpointRegistry listeners,
            HearingReport report,
            Effects effects) {
        this.kafka = kafka;
        this.listeners = listeners;
        this.report = report;
        this.effects = effects;
    }

    @Test
    void receivedIsAppliedAndDuplicateAndStaleAndParked() {
        var random = new Random(5);
        var events = new ArrayList<ProducerRecord<String, byte[]>>();
        for (int key = 0; key < KEYS; key++) {
            for (int number = 1; number <= EVENTS_OF_A_KEY; number++) {
                events.add(event(key, number, "shop.v1.Said", "words"));
            }
        }
        Collections.shuffle(events, random);
        var aside = List.of(
                event(0, 50, "shop.v1.Said", "poison"),
                event(1, 50, "shop.v1.Whispered", "words"),
                event(2, 50, "shop.v2.Said", "words"),
                new ProducerRecord<String, byte[]>(Shop.FOLLOWED, run + 3, null));
        var before = status();

        events.forEach(kafka::send);
        restart();
        events.subList(0, 70).forEach(kafka::send);
        aside.forEach(kafka::send);
        restart();
        events.subList(0, 30).forEach(kafka::send);

        int said = KEYS * EVENTS_OF_A_KEY + 100 + aside.size();
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            var now = status();
            assertThat(ended(now) - ended(before)).isGreaterThanOrEqualTo(said);
            assertThat(now.waiting() + now.running() + now.open()).isZero();
        });
        var after = status();
        assertThat(after.unaccounted()).isEqualTo(before.unaccounted()).isZero();
        assertThat(after.received() - after.returned()).isEqualTo(ended(after));
        assertThat(after.parked() - before.parked()).isEqualTo(aside.size());
        assertThat(after.duplicate() - before.duplicate()).isGreaterThanOrEqualTo(100);
        long effectsOfAll = 0;
        for (int key = 0; key < KEYS; key++) {
            effectsOfAll += effects.count(run + key);
        }
        assertThat(after.applied() - before.applied()).isEqualTo(effectsOfAll);
        assertThat(after.stale() - before.stale()).isEqualTo(KEYS * EVENTS_OF_A_KEY - effectsOfAll).isPositive();
    }

    private static long ended(HearingStatus status) {
        return status.applied() + status.duplicate() + status.stale() + status.parked();
    }

    private HearingStatus status() {
        return report.status("following").orElseThrow();
    }

    private void restart() {
        var listener = Objects.requireNonNull(listeners.getListenerContainer("following"));
        listener.stop();
        listener.start();
    }

    private ProducerRecord<String, byte[]> event(int key, int number, String type, String words) {
        var record = new ProducerRecord<>(Shop.FOLLOWED, run + key, words.getBytes(UTF_8));
        var headers = new HashMap<>(Map.of(
                "ce_id", run + key + "-" + number,
                "ce_type", type,
                "ce_source", "elsewhere",
                "ce_time", "2026-11-21T09:13:00Z",
                "ce_sequence", Integer.toString(number)));
        headers.forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
        return record;
    }
}
