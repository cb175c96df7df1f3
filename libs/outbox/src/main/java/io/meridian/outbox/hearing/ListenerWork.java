package io.meridian.outbox.hearing;

import io.meridian.outbox.Delivery;
import io.meridian.outbox.Outcome;
import io.meridian.outbox.kafka.Attempts;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.listener.ListenerType;
import org.springframework.kafka.listener.ListenerUtils;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.support.Acknowledgment;

/** Calls the service's listener for a record, on a worker, as often as its failures are worth. */
final class ListenerWork implements Hearing.Work {

    private final MessageListener<Object, Object> listener;
    private final ListenerType type;
    private final Attempts attempts;
    private final Consumer<Task> acknowledge;

    @SuppressWarnings("unchecked") // the container would cast as well
    ListenerWork(MessageListener<?, ?> listener, Attempts attempts, Consumer<Task> acknowledge) {
        this.listener = (MessageListener<Object, Object>) listener;
        this.type = ListenerUtils.determineListenerType(listener);
        this.attempts = attempts;
        this.acknowledge = acknowledge;
    }

    @Override
    public End on(Task task) {
        return switch (attempts.until(task.record, number -> attempt(task, number), () -> task.cancelled)) {
            case DONE -> task.acknowledged.get() ? accountedFor(task) : new End.Open();
            case PARKED -> new End.Decided(Outcome.PARKED);
            case CANCELLED -> new End.Returned();
        };
    }

    private static End accountedFor(Task task) {
        return task.delivery.outcome().<End>map(End.Decided::new).orElseGet(End.Dropped::new);
    }

    private void attempt(Task task, int number) {
        task.delivery = new Delivery();
        Runnable delivering = () -> task.delivery.during(() -> {
            deliver(task);
            return null;
        });
        if (task.load == null) {
            delivering.run();
        } else {
            task.load.with(number, delivering);
        }
    }

    @SuppressWarnings("unchecked")
    private void deliver(Task task) {
        var record = (ConsumerRecord<Object, Object>) task.record;
        Acknowledgment acknowledgment = () -> acknowledge.accept(task);
        switch (type) {
            case ACKNOWLEDGING_CONSUMER_AWARE -> listener.onMessage(record, acknowledgment, null);
            case ACKNOWLEDGING -> listener.onMessage(record, acknowledgment);
            case CONSUMER_AWARE -> {
                listener.onMessage(record, (org.apache.kafka.clients.consumer.Consumer<?, ?>) null);
                acknowledgment.acknowledge();
            }
            case SIMPLE -> {
                listener.onMessage(record);
                acknowledgment.acknowledge();
            }
        }
    }
}
