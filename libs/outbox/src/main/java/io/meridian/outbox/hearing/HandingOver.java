package io.meridian.outbox.hearing;

import io.meridian.outbox.Carrier;
import java.util.Objects;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.AcknowledgingConsumerAwareMessageListener;
import org.springframework.kafka.listener.DelegatingMessageListener;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.listener.adapter.RecordMessagingMessageListenerAdapter;
import org.springframework.kafka.support.Acknowledgment;

/** What the container takes for its listener: takes records in hand and comes back at once. */
class HandingOver implements AcknowledgingConsumerAwareMessageListener<Object, Object> {

    private final Hearing hearing;
    private final Members members;
    private final @Nullable Carrier carrier;

    HandingOver(Hearing hearing, Members members, @Nullable Carrier carrier) {
        this.hearing = hearing;
        this.members = members;
        this.carrier = carrier;
    }

    @Override
    public void onMessage(
            ConsumerRecord<Object, Object> record, @Nullable Acknowledgment acknowledgment, @Nullable Consumer<?, ?> consumer) {
        var member = members.of(Objects.requireNonNull(consumer, "the container passes its consumer to listeners of this kind"));
        hearing.receive(record, member, carrier == null ? null : carrier.load());
    }

    /**
     * The same, for a container that leaves it to a listener method to end the observation of a record: it looks through to the method's
     * adapter, and gives it the registry in which the adapter finds the observation on the worker's thread.
     */
    static final class Observed extends HandingOver implements DelegatingMessageListener<MessageListener<?, ?>> {

        private final MessageListener<?, ?> delegate;

        Observed(Hearing hearing, Members members, Carrier carrier, MessageListener<?, ?> delegate) {
            super(hearing, members, carrier);
            this.delegate = delegate;
        }

        @Override
        public MessageListener<?, ?> getDelegate() {
            return delegate;
        }
    }

    /** Only with a carrier can the adapter of a listener method find the observation that it is left to end. */
    static HandingOver over(
            MessageListener<?, ?> delegate, Hearing hearing, Members members, @Nullable Carrier carrier) {
        return carrier != null && endsObservations(delegate)
                ? new Observed(hearing, members, carrier, delegate)
                : new HandingOver(hearing, members, null);
    }

    private static boolean endsObservations(MessageListener<?, ?> listener) {
        Object inner = listener;
        while (inner instanceof DelegatingMessageListener<?> outer) {
            inner = outer.getDelegate();
        }
        return inner.getClass().equals(RecordMessagingMessageListenerAdapter.class);
    }
}
