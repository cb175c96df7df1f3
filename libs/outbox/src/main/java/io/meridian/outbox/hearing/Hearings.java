package io.meridian.outbox.hearing;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.meridian.outbox.Carrier;
import io.meridian.outbox.HearingListener;
import io.meridian.outbox.HearingReport;
import io.meridian.outbox.HearingStatus;
import io.meridian.outbox.kafka.Attempts;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties.AckMode;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.listener.RecordInterceptor;

/**
 * Makes containers of spring-kafka hand their records to workers, see the package. Takes record listeners that acknowledge by hand and subscribe
 * to topics; every other is left as it is.
 *
 * <p>The container stays in charge of its consumer: of polling, subscribing, starting and stopping. What is put into it is a listener, a
 * rebalance listener and a record interceptor, before it starts; those that the service has put there itself are called as before,
 * with one difference: an interceptor's {@code success} means that a record was handed over.
 */
public final class Hearings implements HearingReport, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Hearings.class);

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final HearingSettings settings;
    private final Duration inboxRetention;
    private final Attempts attempts;
    private final @Nullable Carrier carrier;
    private final List<HearingListener> listeners;
    private final LongSupplier nanoClock;
    private final Broker broker;
    private final List<Heard> heard = new CopyOnWriteArrayList<>();
    private final ExecutorService workers =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("hearing-", 0).factory());
    private @Nullable ScheduledExecutorService looking;

    private record Heard(
            AbstractMessageListenerContainer<?, ?> container, Hearing hearing, Members members, Auditor auditor, TopicCheck check) {}

    /**
     * @param inboxRetention how long the inbox remembers
     * @param carrier null to carry nothing to the workers
     * @param admins asked when the broker is first to be asked about offsets
     */
    public Hearings(
            HearingSettings settings,
            Duration inboxRetention,
            Attempts attempts,
            @Nullable Carrier carrier,
            List<HearingListener> listeners,
            Supplier<Admin> admins,
            LongSupplier nanoClock) {
        this.settings = settings;
        this.inboxRetention = inboxRetention;
        this.attempts = attempts;
        this.carrier = carrier;
        this.listeners = List.copyOf(listeners);
        this.broker = new Broker(admins);
        this.nanoClock = nanoClock;
    }

    /**
     * Takes a container that has not started.
     *
     * @return whether it is one that can be taken, or has been before
     */
    public boolean take(AbstractMessageListenerContainer<?, ?> container) {
        var properties = container.getContainerProperties();
        var listener = properties.getMessageListener();
        if (listener instanceof HandingOver) {
            return true;
        }
        boolean acknowledges =
                properties.getAckMode() == AckMode.MANUAL || properties.getAckMode() == AckMode.MANUAL_IMMEDIATE;
        boolean subscribes = properties.getTopics() != null || properties.getTopicPattern() != null;
        if (container.isRunning()
                || !(listener instanceof MessageListener<?, ?> records)
                || !acknowledges
                || !subscribes
                || properties.isAsyncAcks()
                || properties.getGroupId() == null) {
            log.info("Listener {} is left as it is: no record listener that subscribes and acknowledges by hand", name(container));
            return false;
        }
        take(container, records, Objects.requireNonNull(properties.getGroupId()));
        return true;
    }

    private void take(AbstractMessageListenerContainer<?, ?> container, MessageListener<?, ?> listener, String group) {
        var properties = container.getContainerProperties();
        var name = name(container);
        var own = new Hearing[1];
        var work = new ListenerWork(listener, attempts, task -> own[0].acknowledge(task));
        var hearing = new Hearing(name, settings.inFlight(), work, workers, listeners, nanoClock);
        own[0] = hearing;
        var members = new Members(hearing, container, settings.drainTime(), nanoClock);
        container.setupMessageListener(HandingOver.over(listener, hearing, members, carrier));
        properties.setConsumerRebalanceListener(new Rebalancing(members, properties.getConsumerRebalanceListener()));
        intercept(container, members);
        keepPlace(container, name);
        heard.add(new Heard(
                container,
                hearing,
                members,
                new Auditor(hearing, group, broker, settings, listeners, nanoClock),
                new TopicCheck(hearing, topics(container), members(container), inboxRetention, broker)));
    }

    @SuppressWarnings("unchecked") // the interceptor passes on what it is given
    private static void intercept(AbstractMessageListenerContainer<?, ?> container, Members members) {
        var untyped = (AbstractMessageListenerContainer<Object, Object>) container;
        RecordInterceptor<Object, Object> own = untyped.getRecordInterceptor();
        untyped.setRecordInterceptor(new BeforePoll(members, own));
    }

    /** The container appends a number for each of its consumers. */
    private void keepPlace(AbstractMessageListenerContainer<?, ?> container, String name) {
        var consumer = container.getContainerProperties().getKafkaConsumerProperties();
        if (!settings.instance().isEmpty() && !consumer.containsKey(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG)) {
            consumer.setProperty(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, settings.instance() + "-" + name);
        }
    }

    private static String name(AbstractMessageListenerContainer<?, ?> container) {
        return Objects.requireNonNullElse(container.getListenerId(), "listener");
    }

    private static List<String> topics(AbstractMessageListenerContainer<?, ?> container) {
        var topics = container.getContainerProperties().getTopics();
        return topics == null ? List.of() : List.of(topics);
    }

    private static int members(AbstractMessageListenerContainer<?, ?> container) {
        return container instanceof ConcurrentMessageListenerContainer<?, ?> concurrent ? concurrent.getConcurrency() : 1;
    }

    /** Begins to audit. */
    public synchronized void start() {
        if (looking == null) {
            looking = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("hearing-audit").factory());
            var _ = looking.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), MILLISECONDS);
        }
    }

    private void look() {
        for (var it : heard) {
            try {
                if (it.container().isRunning()) {
                    it.auditor().look();
                    it.check().look();
                }
            } catch (RuntimeException e) {
                log.warn("Offsets of {} could not be audited", it.hearing().listener(), e);
            }
        }
    }

    /** Ends auditing; what is in hand goes on. */
    public synchronized void stop() {
        if (looking != null) {
            looking.shutdownNow();
            looking = null;
        }
    }

    public synchronized boolean isStarted() {
        return looking != null;
    }

    /** To be told that {@code container}, or one of its children, is about to give its consumer up. */
    public void stopping(Object container, Object child, Consumer<?, ?> consumer) {
        of(container).forEach(it -> it.members().stopping(child, consumer));
    }

    /** To be told that it has. */
    public void stopped(Object container, Object child) {
        of(container).forEach(it -> it.members().stopped(child));
    }

    private List<Heard> of(Object container) {
        return heard.stream().filter(it -> it.container() == container).toList();
    }

    @Override
    public List<HearingStatus> statuses() {
        return heard.stream().map(it -> it.hearing().status()).toList();
    }

    @Override
    public Optional<HearingStatus> status(String listener) {
        return heard.stream()
                .map(Heard::hearing)
                .filter(it -> it.listener().equals(listener))
                .findFirst()
                .map(Hearing::status);
    }

    @Override
    public void close() {
        stop();
        workers.shutdownNow();
        broker.close();
    }
}
