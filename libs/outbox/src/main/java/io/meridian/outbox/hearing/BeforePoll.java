package io.meridian.outbox.hearing;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.listener.RecordInterceptor;

/** What the container calls on the consumer's thread around each poll; passes everything on to the service's own interceptor. */
final class BeforePoll implements RecordInterceptor<Object, Object> {

    private final Members members;
    private final @Nullable RecordInterceptor<Object, Object> own;

    BeforePoll(Members members, @Nullable RecordInterceptor<Object, Object> own) {
        this.members = members;
        this.own = own;
    }

    @Override
    public void setupThreadState(Consumer<?, ?> consumer) {
        if (own != null) {
            own.setupThreadState(consumer);
        }
        members.of(consumer).beforePoll();
    }

    @Override
    public void clearThreadState(Consumer<?, ?> consumer) {
        members.of(consumer).afterPoll();
        if (own != null) {
            own.clearThreadState(consumer);
        }
    }

    @Override
    public @Nullable ConsumerRecord<Object, Object> intercept(
            ConsumerRecord<Object, Object> record, Consumer<Object, Object> consumer) {
        members.of(consumer).afterPoll();
        return own == null ? record : own.intercept(record, consumer);
    }

    @Override
    public void success(ConsumerRecord<Object, Object> record, Consumer<Object, Object> consumer) {
        if (own != null) {
            own.success(record, consumer);
        }
    }

    @Override
    public void failure(ConsumerRecord<Object, Object> record, Exception exception, Consumer<Object, Object> consumer) {
        if (own != null) {
            own.failure(record, exception, consumer);
        }
    }

    @Override
    public void afterRecord(ConsumerRecord<Object, Object> record, Consumer<Object, Object> consumer) {
        if (own != null) {
            own.afterRecord(record, consumer);
        }
    }
}
