package io.meridian.outbox.hearing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.meridian.outbox.HearingListener;
import io.meridian.outbox.HearingStatus;
import io.meridian.outbox.kafka.Attempts;
import io.meridian.outbox.kafka.DeadLetters;
import io.meridian.outbox.kafka.RetrySettings;
import io.meridian.testkit.Parts;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.event.ConsumerStoppedEvent;
import org.springframework.kafka.event.ConsumerStoppingEvent;
import org.springframework.kafka.event.KafkaEvent;
import org.springframework.kafka.listener.AcknowledgingMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.ContainerProperties.AckMode;

/** Instances of a service that hear one topic of six partitions, each with a container and hearings of its own, on the real Kafka. */
final class Fleet implements AutoCloseable {

    static final int PARTITIONS = 6;

    /** The most records of one poll. */
    static final int POLLED = 100;

    final String topic = "fleet-" + UUID.randomUUID();
    final String group = topic;
    final Admin admin = Admin.create(Map.of("bootstrap.servers", Parts.kafka().bootstrapServers()));
    final List<HearingListener> told = new CopyOnWriteArrayList<>();
    private final DefaultKafkaProducerFactory<String, byte[]> producers = new DefaultKafkaProducerFactory<>(
            Map.of("bootstrap.servers", Parts.kafka().bootstrapServers(), "linger.ms", 0),
            new StringSerializer(),
            new ByteArraySerializer());
    final KafkaTemplate<String, byte[]> kafka = new KafkaTemplate<>(producers);
    private final List<Instance> instances = new ArrayList<>();
    private final AcknowledgingMessageListener<String, byte[]> listener;
    private final InFlightSettings inFlight;
    /** What becomes of the offsets that are committed without waiting; nothing is sent for none. */
    volatile UnaryOperator<Map<TopicPartition, OffsetAndMetadata>> commits = it -> it;

    Fleet(InFlightSettings inFlight, AcknowledgingMessageListener<String, byte[]> listener) throws Exception {
        this.inFlight = inFlight;
        this.listener = listener;
        admin.createTopics(List.of(
                        new NewTopic(topic, PARTITIONS, (short) 1), new NewTopic(topic + DeadLetters.SUFFIX, 1, (short) 1)))
                .all()
                .get();
        awaitServed();
    }

    /** Until every partition answers: a topic that has been created is not served yet. */
    private void awaitServed() {
        var partitions = new HashMap<TopicPartition, OffsetSpec>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            partitions.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        await().atMost(Duration.ofSeconds(60))
                .ignoreException(ExecutionException.class)
                .until(() -> admin.listOffsets(partitions).all().get().size() == PARTITIONS);
    }

    /** One instance. */
    final class Instance {

        final Hearings hearings;
        final ConcurrentMessageListenerContainer<String, byte[]> container;
        final GenericApplicationContext context = new GenericApplicationContext();

        Instance(String name, int concurrency) {
            hearings = new Hearings(
                    new HearingSettings(inFlight, Duration.ofSeconds(2), 10, Duration.ofSeconds(1), name),
                    Duration.ofDays(14),
                    new Attempts(
                            new DeadLetters(kafka, "fleet", () -> {}),
                            new RetrySettings(
                                    Duration.ofMillis(10),
                                    Duration.ofMillis(20),
                                    2,
                                    Duration.ofSeconds(1),
                                    Duration.ofSeconds(30)),
                            List.of(),
                            Thread::sleep),
                    null,
                    told,
                    () -> Admin.create(Map.of("bootstrap.servers", Parts.kafka().bootstrapServers())),
                    System::nanoTime);
            var properties = new ContainerProperties(topic);
            properties.setGroupId(group);
            properties.setAckMode(AckMode.MANUAL);
            properties.setPollTimeout(100);
            properties.setMessageListener(listener);
            container = new ConcurrentMessageListenerContainer<>(consumers(), properties);
            container.setBeanName("fleet");
            container.setConcurrency(concurrency);
            context.addApplicationListener(event -> {
                if (event instanceof KafkaEvent kafkaEvent) {
                    on(kafkaEvent);
                }
            });
            context.refresh();
            container.setApplicationContext(context);
            container.setApplicationEventPublisher(context);
            if (!hearings.take(container)) {
                throw new IllegalStateException("the container should have been taken");
            }
            hearings.start();
            container.start();
        }

        private void on(KafkaEvent event) {
            switch (event) {
                case ConsumerStoppingEvent stopping -> hearings.stopping(container, event.getSource(), stopping.getConsumer());
                case ConsumerStoppedEvent _ -> hearings.stopped(container, event.getSource());
                default -> {}
            }
        }

        HearingStatus status() {
            return hearings.statuses().getFirst();
        }

        void stop() {
            container.stop();
            hearings.close();
            context.close();
            instances.remove(this);
        }
    }

    Instance start(String name, int concurrency) {
        var instance = new Instance(name, concurrency);
        instances.add(instance);
        return instance;
    }

    List<Instance> instances() {
        return List.copyOf(instances);
    }

    private DefaultKafkaConsumerFactory<String, byte[]> consumers() {
        var config = new HashMap<String, Object>();
        config.put("bootstrap.servers", Parts.kafka().bootstrapServers());
        config.put("auto.offset.reset", "earliest");
        config.put("enable.auto.commit", false);
        config.put("group.protocol", "classic");
        config.put(
                "partition.assignment.strategy", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
        config.put("session.timeout.ms", 30_000);
        config.put("heartbeat.interval.ms", 500);
        config.put("max.poll.records", POLLED);
        config.put("fetch.max.wait.ms", 100);
        var factory = new DefaultKafkaConsumerFactory<String, byte[]>(
                config, new StringDeserializer(), new ByteArrayDeserializer());
        factory.addPostProcessor(this::withOtherCommits);
        return factory;
    }

    @SuppressWarnings("unchecked")
    private Consumer<String, byte[]> withOtherCommits(Consumer<String, byte[]> consumer) {
        return (Consumer<String, byte[]>) Proxy.newProxyInstance(
                Fleet.class.getClassLoader(), new Class<?>[] {Consumer.class}, (_, method, arguments) -> {
                    if (method.getName().equals("commitAsync") && arguments != null && arguments.length == 2) {
                        var offsets = (Map<TopicPartition, OffsetAndMetadata>) arguments[0];
                        var others = commits.apply(offsets);
                        if (others.isEmpty()) {
                            ((OffsetCommitCallback) arguments[1]).onComplete(offsets, null);
                            return null;
                        }
                        arguments[0] = others;
                    }
                    try {
                        return method.invoke(consumer, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }

    ProducerRecord<String, byte[]> event(String key, String id, String words) {
        var record = new ProducerRecord<>(topic, key, words.getBytes(UTF_8));
        Map.of("ce_id", id, "ce_type", "fleet.v1.Said", "ce_source", "elsewhere", "ce_time", Instant.EPOCH.toString())
                .forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
        return record;
    }

    Map<TopicPartition, Long> committed() throws Exception {
        var offsets = new HashMap<TopicPartition, Long>();
        Map<TopicPartition, OffsetAndMetadata> found =
                admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
        found.forEach((partition, offset) -> offsets.put(partition, offset.offset()));
        return offsets;
    }

    @Override
    public void close() {
        instances().forEach(Instance::stop);
        producers.destroy();
        admin.close(Duration.ofSeconds(1));
    }
}
