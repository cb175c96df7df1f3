package io.meridian.outbox.autoconfigure;

import io.meridian.outbox.hearing.Hearings;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.event.ConsumerStoppedEvent;
import org.springframework.kafka.event.ConsumerStoppingEvent;
import org.springframework.kafka.event.KafkaEvent;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.MessageListenerContainer;

/** Takes the containers of all {@code @KafkaListener} methods just before they start. */
final class HearingLifecycle implements SmartLifecycle, ApplicationListener<KafkaEvent> {

    private final Hearings hearings;
    private final ObjectProvider<KafkaListenerEndpointRegistry> registries;

    HearingLifecycle(Hearings hearings, ObjectProvider<KafkaListenerEndpointRegistry> registries) {
        this.hearings = hearings;
        this.registries = registries;
    }

    @Override
    public void start() {
        registries.forEach(registry -> registry.getAllListenerContainers().forEach(container -> {
            if (container instanceof AbstractMessageListenerContainer<?, ?> known) {
                var _ = hearings.take(known);
            }
        }));
        hearings.start();
    }

    @Override
    public void stop() {
        hearings.stop();
    }

    @Override
    public boolean isRunning() {
        return hearings.isStarted();
    }

    /** Before the containers, which start last of all. */
    @Override
    public int getPhase() {
        return AbstractMessageListenerContainer.DEFAULT_PHASE - 1;
    }

    @Override
    public void onApplicationEvent(KafkaEvent event) {
        switch (event) {
            case ConsumerStoppingEvent stopping ->
                hearings.stopping(container(event), event.getSource(), stopping.getConsumer());
            case ConsumerStoppedEvent _ -> hearings.stopped(container(event), event.getSource());
            default -> {}
        }
    }

    private static Object container(KafkaEvent event) {
        return event.getContainer(MessageListenerContainer.class);
    }
}
