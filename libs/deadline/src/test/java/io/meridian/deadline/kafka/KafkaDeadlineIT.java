package io.meridian.deadline.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.Stage;
import io.meridian.deadline.autoconfigure.DeadlineAutoConfiguration;
import io.meridian.deadline.autoconfigure.KafkaDeadlineAutoConfiguration;
import io.meridian.testkit.UsesParts;
import io.meridian.testkit.UsesParts.Part;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.ContainerCustomizer;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.support.Acknowledgment;
import org.springframework.test.context.TestConstructor;
import org.springframework.test.context.TestConstructor.AutowireMode;
import org.springframework.util.backoff.FixedBackOff;

/** Listeners as services write them, with an error handler and a container customizer of the service's own. */
@SpringBootTest(
        classes = KafkaDeadlineIT.Desk.class,
        webEnvironment = WebEnvironment.NONE,
        properties = {
            "spring.main.banner-mode=off",
            "spring.threads.virtual.enabled=true",
            "spring.kafka.consumer.group-id=desk",
            "spring.kafka.consumer.auto-offset-reset=earliest",
            "spring.kafka.consumer.enable-auto-commit=false",
            "spring.kafka.listener.ack-mode=manual",
            "meridian.deadline.kafka.budget=400ms"
        })
@UsesParts(Part.KAFKA)
@TestConstructor(autowireMode = AutowireMode.ALL)
class KafkaDeadlineIT {

    private static final String FACTS = "deadline-facts";
    private static final String COMMANDS = "deadline-commands";
    private static final int RETRIES = 2;

    private final KafkaTemplate<String, String> kafka;
    private final KafkaAdmin kafkaAdmin;
    private final ConsumerFactory<String, String> consumers;
    private final KafkaListenerEndpointRegistry listeners;
    private final Handlers handlers;
    private final Told told;
    private final Partitions partitions;
    private final String key = "k-" + UUID.randomUUID();

    KafkaDeadlineIT(
            KafkaTemplate<String, String> kafka,
            KafkaAdmin kafkaAdmin,
            ConsumerFactory<String, String> consumers,
            KafkaListenerEndpointRegistry listeners,
            Handlers handlers,
            Told told,
            Partitions partitions) {
        this.kafka = kafka;
        this.kafkaAdmin = kafkaAdmin;
        this.consumers = consumers;
        this.listeners = listeners;
        this.handlers = handlers;
        this.told = told;
        this.partitions = partitions;
    }

    @Test
    void factIsHandledInAScopeWithTheListenersBudget() throws Exception {
        var sent = send(FACTS, "hello", UnaryOperator.identity());

        eventually().until(() -> committed(sent) == sent.offset() + 1);
        assertThat(handlers.of(key)).containsExactly("hello in kafka of PT0.4S");
    }

    @Test
    void deadlineOfAFactMeansNothing() throws Exception {
        var sent = send(FACTS, "hello", it -> stamped(it, Duration.ZERO));

        eventually().until(() -> committed(sent) == sent.offset() + 1);
        assertThat(handlers.of(key)).containsExactly("hello in kafka of PT0.4S");
    }

    @Test
    void handlerThatHangsOnceIsInterruptedAndSucceedsTheSecondTime() throws Exception {
        var sent = send(FACTS, "hangs once", UnaryOperator.identity());
        var behind = send(FACTS, "behind", UnaryOperator.identity());

        eventually().until(() -> committed(behind) == behind.offset() + 1);
        assertThat(sent.partition()).isEqualTo(behind.partition());
        assertThat(handlers.of(key))
                .containsExactly(
                        "hangs once in kafka of PT0.4S",
                        "interrupted",
                        "hangs once in kafka of PT0.4S",
                        "behind in kafka of PT0.4S");
        assertThat(told.all).contains("stopped MESSAGE EXPIRED");
        assertThat(letters(FACTS)).isEmpty();
        assertThat(partitions.lost.get()).isZero();
    }

    @Test
    void handlerThatAlwaysHangsCostsItsRetriesAndThenBecomesADeadLetter() throws Exception {
        send(FACTS, "hangs", UnaryOperator.identity());
        var behind = send(FACTS, "behind", UnaryOperator.identity());

        eventually().until(() -> committed(behind) == behind.offset() + 1);
        assertThat(handlers.of(key)).filteredOn("interrupted"::equals).hasSize(1 + RETRIES);
        eventually().until(() -> !letters(FACTS).isEmpty());
        var letter = letters(FACTS).getFirst();
        assertThat(letter.value()).isEqualTo("hangs");
        assertThat(new String(
                        letter.headers().lastHeader("kafka_dlt-exception-cause-fqcn").value(), UTF_8))
                .endsWith("ScopeEndedException");
        assertThat(partitions.lost.get()).isZero();
    }

    @Test
    void commandInTimeIsCarriedOutWithinWhatRemains() throws Exception {
        var sent = send(COMMANDS, "do it", it -> stamped(it, Duration.ofMillis(300)));

        eventually().until(() -> committed(sent) == sent.offset() + 1);
        // Queue and guard: at most what it was given, and less once it has waited longer than clocks may differ.
        assertThat(handlers.of(key)).hasSize(1).first().satisfies(it -> {
            assertThat(it).startsWith("do it in kafka of ");
            assertThat(Duration.parse(it.substring("do it in kafka of ".length()))).isLessThanOrEqualTo(Duration.ofMillis(300));
        });
        assertThat(handlers.expired(key)).isZero();
    }

    @Test
    void expiredCommandIsAnsweredForOnceAndItsOffsetIsCommitted() throws Exception {
        var clock = InstantSource.system();
        var sent = send(
                COMMANDS,
                "too late",
                it -> CommandDeadline.stamp(it, Deadline.after(Duration.ofSeconds(1)), () -> clock.instant()
                        .minusSeconds(60)));
        var behind = send(COMMANDS, "in time", it -> stamped(it, Duration.ofMinutes(5)));

        eventually().until(() -> committed(behind) == behind.offset() + 1);
        assertThat(sent.offset()).isLessThan(behind.offset());
        assertThat(handlers.of(key)).containsExactly("in time in kafka of PT0.4S");
        assertThat(handlers.expired(key)).isOne();
        assertThat(letters(COMMANDS)).isEmpty();
    }

    @Test
    void expiredCommandThatIsTheLastOfItsPartitionIsCommittedToo() throws Exception {
        var sent = send(COMMANDS, "too late", it -> {
            it.headers().add(CommandDeadline.SENT, "1000".getBytes(UTF_8));
            it.headers().add(CommandDeadline.DEADLINE, "2000".getBytes(UTF_8));
            return it;
        });

        eventually().until(() -> committed(sent) == sent.offset() + 1);
        assertThat(handlers.expired(key)).isOne();
    }

    @Test
    void commandWhoseDeadlineCannotBeReadBecomesADeadLetterAtOnce() throws Exception {
        send(COMMANDS, "unclear", it -> {
            it.headers().add(CommandDeadline.DEADLINE, "tomorrow".getBytes(UTF_8));
            return it;
        });

        eventually().until(() -> !letters(COMMANDS).isEmpty());
        assertThat(handlers.of(key)).isEmpty();
        assertThat(handlers.expired(key)).isZero();
        assertThat(handlers.failures(key)).isOne();
        assertThat(told.all).contains("malformed x-deadline-epoch-ms");
    }

    @Test
    void customizerOfTheServiceStillHasItsSay() {
        var container = Objects.requireNonNull(listeners.getListenerContainer("facts"));

        assertThat(container.getContainerProperties().getIdleBetweenPolls()).isEqualTo(1);
        assertThat(container.getContainerProperties().getMessageListener()).isInstanceOf(ScopedListener.class);
    }

    private static ProducerRecord<String, String> stamped(ProducerRecord<String, String> record, Duration given) {
        return CommandDeadline.stamp(record, Deadline.after(given), InstantSource.system());
    }

    private RecordMetadata send(String topic, String words, UnaryOperator<ProducerRecord<String, String>> change)
            throws Exception {
        return kafka.send(change.apply(new ProducerRecord<>(topic, 0, key, words)))
                .get()
                .getRecordMetadata();
    }

    private long committed(RecordMetadata record) throws Exception {
        try (var admin = Admin.create(kafkaAdmin.getConfigurationProperties())) {
            var offset = admin.listConsumerGroupOffsets("desk")
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .get(new TopicPartition(record.topic(), record.partition()));
            return offset == null ? -1 : offset.offset();
        }
    }

    private List<ConsumerRecord<String, String>> letters(String topic) {
        var config = new HashMap<>(consumers.getConfigurationProperties());
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        try (var consumer = new KafkaConsumer<String, String>(config)) {
            var partition = new TopicPartition(topic + "-dlt", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            var end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            var found = new ArrayList<ConsumerRecord<String, String>>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(it -> {
                    if (key.equals(it.key())) {
                        found.add(it);
                    }
                });
            }
            return found;
        }
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(60));
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        KafkaAutoConfiguration.class,
        DeadlineAutoConfiguration.class,
        KafkaDeadlineAutoConfiguration.class
    })
    static class Desk {

        @Bean
        KafkaAdmin.NewTopics topics() {
            return new KafkaAdmin.NewTopics(
                    new NewTopic(FACTS, 1, (short) 1),
                    new NewTopic(FACTS + "-dlt", 1, (short) 1),
                    new NewTopic(COMMANDS, 1, (short) 1),
                    new NewTopic(COMMANDS + "-dlt", 1, (short) 1));
        }

        @Bean
        Handlers handlers() {
            return new Handlers();
        }

        @Bean
        Told told() {
            return new Told();
        }

        @Bean
        Partitions partitions() {
            return new Partitions();
        }

        @Bean
        CommonErrorHandler errors(KafkaTemplate<String, String> kafka, Handlers handlers) {
            var handler = new DefaultErrorHandler(new DeadLetterPublishingRecoverer(kafka), new FixedBackOff(50, RETRIES));
            handler.setSeekAfterError(false);
            handler.setCommitRecovered(true);
            handler.setRetryListeners((record, _, _) -> handlers.failed(String.valueOf(record.key())));
            return handler;
        }

        @Bean
        ContainerCustomizer<Object, Object, ConcurrentMessageListenerContainer<Object, Object>> customizer() {
            return container -> container.getContainerProperties().setIdleBetweenPolls(1);
        }
    }

    static class Handlers implements ExpiredCommandHandler {

        private final Map<String, List<String>> handled = new ConcurrentHashMap<>();
        private final Map<String, AtomicInteger> expired = new ConcurrentHashMap<>();
        private final Map<String, AtomicInteger> failures = new ConcurrentHashMap<>();

        @KafkaListener(id = "facts", idIsGroup = false, topics = FACTS)
        void on(ConsumerRecord<String, String> record, Acknowledgment ack) throws InterruptedException {
            var before = note(record);
            if (record.value().equals("hangs") || (record.value().equals("hangs once") && before == 0)) {
                hang(record.key());
            }
            ack.acknowledge();
        }

        @KafkaListener(id = "commands", idIsGroup = false, topics = COMMANDS)
        @CommandListener
        void carryOut(ConsumerRecord<String, String> record, Acknowledgment ack) {
            note(record);
            ack.acknowledge();
        }

        @Override
        public void expired(ConsumerRecord<?, ?> command, Instant deadline) {
            assertThat(DeadlineScope.current()).isPresent();
            expired.computeIfAbsent(String.valueOf(command.key()), _ -> new AtomicInteger())
                    .incrementAndGet();
        }

        void failed(String key) {
            failures.computeIfAbsent(key, _ -> new AtomicInteger()).incrementAndGet();
        }

        int failures(String key) {
            return failures.getOrDefault(key, new AtomicInteger()).get();
        }

        int expired(String key) {
            return expired.getOrDefault(key, new AtomicInteger()).get();
        }

        List<String> of(String key) {
            return handled.getOrDefault(key, List.of());
        }

        private int note(ConsumerRecord<String, String> record) {
            var scope = DeadlineScope.current().orElseThrow();
            var list = handled.computeIfAbsent(record.key(), _ -> new CopyOnWriteArrayList<>());
            list.add(record.value() + " in " + scope.name() + " of " + scope.deadline().budget());
            return list.size() - 1;
        }

        private void hang(String key) throws InterruptedException {
            try {
                Thread.sleep(Duration.ofMinutes(5));
            } catch (InterruptedException interrupted) {
                handled.getOrDefault(key, new ArrayList<>()).add("interrupted");
                throw interrupted;
            }
        }
    }

    static class Told implements DeadlineListener {

        private final List<String> all = new CopyOnWriteArrayList<>();

        @Override
        public void stopped(Stage stage, Ending ending) {
            all.add("stopped " + stage + " " + ending);
        }

        @Override
        public void malformed(String header) {
            all.add("malformed " + header);
        }
    }

    static class Partitions implements ConsumerAwareRebalanceListener {

        private final AtomicInteger lost = new AtomicInteger();

        @Override
        public void onPartitionsRevokedAfterCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
            lost.addAndGet(partitions.size());
        }

        @Override
        public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
            lost.addAndGet(partitions.size());
        }
    }
}
