package io.meridian.outbox.relay;

import static io.meridian.outbox.relay.Unconfirmed.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.meridian.outbox.StoredEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class UnconfirmedTest {

    private final Unconfirmed unconfirmed = new Unconfirmed();
    private final List<StoredEvent> acknowledged = new ArrayList<>();

    @Test
    void positionIsConfirmableWhenItsLastEventIsAcknowledged() {
        var first = send();
        var second = send();
        unconfirmed.committed(10);

        first.complete(null);
        assertThat(settle()).isEqualTo(NOTHING);
        second.complete(null);
        assertThat(settle()).isEqualTo(10);
        assertThat(unconfirmed.isEmpty()).isTrue();
        assertThat(acknowledged).hasSize(2);
    }

    @Test
    void laterAcknowledgementConfirmsNothingBeforeTheEarlierOne() {
        var first = send();
        unconfirmed.committed(10);
        var second = send();
        unconfirmed.committed(20);

        second.complete(null);
        assertThat(settle()).isEqualTo(NOTHING);
        first.complete(null);
        assertThat(settle()).isEqualTo(20);
    }

    @Test
    void acknowledgedEventOfAnOpenTransactionConfirmsNothingAndIsNotIdle() {
        send().complete(null);

        assertThat(settle()).isEqualTo(NOTHING);
        assertThat(unconfirmed.isEmpty()).isFalse();
        assertThat(unconfirmed.awaitsAcknowledgements()).isFalse();
    }

    @Test
    void emptyTransactionIsConfirmableAtOnceButNotBeforeItsTurn() {
        unconfirmed.committed(10);
        assertThat(settle()).isEqualTo(10);

        var sent = send();
        unconfirmed.committed(20);
        unconfirmed.committed(30);
        assertThat(settle()).isEqualTo(NOTHING);
        sent.complete(null);
        assertThat(settle()).isEqualTo(30);
    }

    @Test
    void failureFlies() {
        send().completeExceptionally(new IllegalStateException("no leader"));

        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(this::settle)
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void countsWhatIsOutstanding() {
        var first = send();
        var unused = send();
        assertThat(unconfirmed.events()).isEqualTo(2);
        assertThat(unconfirmed.bytes()).isEqualTo(6);

        first.complete(null);
        settle();
        assertThat(unconfirmed.events()).isEqualTo(1);
        assertThat(unconfirmed.bytes()).isEqualTo(3);
    }

    private CompletableFuture<Void> send() {
        var acknowledgement = new CompletableFuture<Void>();
        unconfirmed.sent(
                new StoredEvent(UUID.randomUUID(), "t", "a", "t", new byte[3], Map.of(), Instant.EPOCH), acknowledgement);
        return acknowledgement;
    }

    private long settle() {
        return unconfirmed.settle(acknowledged::add);
    }
}
