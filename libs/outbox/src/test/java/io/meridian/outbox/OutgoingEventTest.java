package io.meridian.outbox;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutgoingEventTest {

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "orders v1", "bestellungen/ä", "line\nbreak"})
    void topicThatKafkaWouldRefuseIsRefusedFirst(String topic) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OutgoingEvent(topic, "o-1", "t", new byte[0]))
                .withMessageContaining("topic must match");
    }

    @Test
    void blankAggregateAndTypeAreRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OutgoingEvent("orders.v1", " ", "t", new byte[0]))
                .withMessageContaining("aggregateId");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OutgoingEvent("orders.v1", "o-1", "", new byte[0]))
                .withMessageContaining("type");
    }
}
