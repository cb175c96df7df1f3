package io.meridian.deadline.kafka;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.BatchAcknowledgingConsumerAwareMessageListener;
import org.springframework.kafka.listener.BatchMessageListener;
import org.springframework.kafka.listener.ConsumerSeekAware;
import org.springframework.kafka.listener.adapter.AbstractDelegatingMessageListenerAdapter;
import org.springframework.kafka.support.Acknowledgment;

/** A listener of batches inside scopes, see {@link ScopedListener}. */
final class ScopedBatchListener<K, V> extends AbstractDelegatingMessageListenerAdapter<BatchMessageListener<K, V>>
        implements BatchAcknowledgingConsumerAwareMessageListener<K, V>, ListenerScopes.Scoped {

    private final ListenerScopes scopes;
    private final Duration budget;

    ScopedBatchListener(BatchMessageListener<K, V> delegate, ListenerScopes scopes, Duration budget) {
        super(delegate);
        this.scopes = scopes;
        this.budget = budget;
    }

    @Override
    public boolean wantsPollResult() {
        return delegate.wantsPollResult();
    }

    @Override
    public void onMessage(
            ConsumerRecords<K, V> records, @Nullable Acknowledgment acknowledgment, Consumer<K, V> consumer) {
        within(records.count(), () -> delegate.onMessage(records, acknowledgment, consumer));
    }

    @Override
    public void onMessage(
            List<ConsumerRecord<K, V>> records,
            @Nullable Acknowledgment acknowledgment,
            @Nullable Consumer<?, ?> consumer) {
        within(records.size(), () -> {
            switch (delegateType) {
                case ACKNOWLEDGING_CONSUMER_AWARE -> delegate.onMessage(records, acknowledgment, consumer);
                case ACKNOWLEDGING -> delegate.onMessage(records, acknowledgment);
                case CONSUMER_AWARE -> delegate.onMessage(records, consumer);
                case SIMPLE -> delegate.onMessage(records);
            }
        });
    }

    private void within(int records, Runnable handler) {
        scopes.within(budget, () -> "handling " + records + " records", handler);
    }

    @Override
    public void onMessage(List<ConsumerRecord<K, V>> records) {
        onMessage(records, null, null);
    }

    @Override
    public void onMessage(List<ConsumerRecord<K, V>> records, @Nullable Acknowledgment acknowledgment) {
        onMessage(records, acknowledgment, null);
    }

    @Override
    public void onMessage(List<ConsumerRecord<K, V>> records, @Nullable Consumer<?, ?> consumer) {
        onMessage(records, null, consumer);
    }

    @Override
    public void onFirstPoll() {
        if (delegate instanceof ConsumerSeekAware seeking) {
            seeking.onFirstPoll();
        }
    }

    @Override
    public void unregisterSeekCallback() {
        if (delegate instanceof ConsumerSeekAware seeking) {
            seeking.unregisterSeekCallback();
        }
    }
}
