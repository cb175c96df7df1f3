package io.meridian.deadline.kafka;

import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.AcknowledgingConsumerAwareMessageListener;
import org.springframework.kafka.listener.ConsumerSeekAware;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.listener.adapter.AbstractDelegatingMessageListenerAdapter;
import org.springframework.kafka.support.Acknowledgment;

/**
 * A record listener inside scopes. It is of every kind, because its container asks the innermost delegate which kind it is and then
 * calls that method.
 */
final class ScopedListener<K, V> extends AbstractDelegatingMessageListenerAdapter<MessageListener<K, V>>
        implements AcknowledgingConsumerAwareMessageListener<K, V>, ListenerScopes.Scoped {

    private final ListenerScopes scopes;
    private final boolean commands;
    private final Duration budget;

    ScopedListener(MessageListener<K, V> delegate, ListenerScopes scopes, boolean commands, Duration budget) {
        super(delegate);
        this.scopes = scopes;
        this.commands = commands;
        this.budget = budget;
    }

    @Override
    public void onMessage(
            ConsumerRecord<K, V> record, @Nullable Acknowledgment acknowledgment, @Nullable Consumer<?, ?> consumer) {
        Runnable handler = () -> deliver(record, acknowledgment, consumer);
        if (commands) {
            scopes.command(record, budget, handler, () -> {
                if (acknowledgment != null) {
                    acknowledgment.acknowledge();
                }
            });
        } else {
            scopes.fact(record, budget, handler);
        }
    }

    boolean isForCommands() {
        return commands;
    }

    Duration budget() {
        return budget;
    }

    private void deliver(
            ConsumerRecord<K, V> record, @Nullable Acknowledgment acknowledgment, @Nullable Consumer<?, ?> consumer) {
        switch (delegateType) {
            case ACKNOWLEDGING_CONSUMER_AWARE -> delegate.onMessage(record, acknowledgment, consumer);
            case ACKNOWLEDGING -> delegate.onMessage(record, acknowledgment);
            case CONSUMER_AWARE -> delegate.onMessage(record, consumer);
            case SIMPLE -> delegate.onMessage(record);
        }
    }

    @Override
    public void onMessage(ConsumerRecord<K, V> record) {
        onMessage(record, null, null);
    }

    @Override
    public void onMessage(ConsumerRecord<K, V> record, @Nullable Acknowledgment acknowledgment) {
        onMessage(record, acknowledgment, null);
    }

    @Override
    public void onMessage(ConsumerRecord<K, V> record, @Nullable Consumer<?, ?> consumer) {
        onMessage(record, null, consumer);
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
