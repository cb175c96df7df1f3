package io.meridian.deadline.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.aopalliance.intercept.MethodInterceptor;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.kafka.config.AbstractKafkaListenerContainerFactory;
import org.springframework.kafka.config.KafkaListenerEndpoint;
import org.springframework.kafka.config.MethodKafkaListenerEndpoint;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;

/**
 * Puts the listeners of a context inside {@link ListenerScopes}: those of every container that a container factory makes, and of every
 * container that is a bean and has its listener by then.
 *
 * <p>A factory is replaced by a proxy of its own class that changes what it makes, because that is the one place which every endpoint
 * passes with its listener complete (converters, filters, replies), whatever customizers and error handlers the factory has. It
 * leaves listeners of share groups as they are: they have no poll interval to stay below, but a lock that the broker times.
 */
public final class ScopedContainers implements BeanPostProcessor {

    /** Kafka's default. */
    private static final Duration MAX_POLL_INTERVAL = Duration.ofMinutes(5);

    private final Supplier<ListenerScopes> scopes;
    private final Supplier<Map<String, Object>> consumerDefaults;

    /**
     * @param scopes asked for when the first listener is made
     * @param consumerDefaults the consumer settings of containers that are beans, if they have none of their own
     */
    public ScopedContainers(Supplier<ListenerScopes> scopes, Supplier<Map<String, Object>> consumerDefaults) {
        this.scopes = scopes;
        this.consumerDefaults = consumerDefaults;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof AbstractKafkaListenerContainerFactory<?, ?, ?> factory) {
            return making(factory);
        }
        if (bean instanceof AbstractMessageListenerContainer<?, ?> container) {
            put(container, null, consumerDefaults);
        }
        return bean;
    }

    private Object making(AbstractKafkaListenerContainerFactory<?, ?, ?> factory) {
        var proxy = new ProxyFactory(factory);
        proxy.setProxyTargetClass(true);
        proxy.addAdvice((MethodInterceptor) invocation -> {
            var made = invocation.proceed();
            if (made instanceof AbstractMessageListenerContainer<?, ?> container) {
                var endpoint = Stream.of(invocation.getArguments())
                        .filter(KafkaListenerEndpoint.class::isInstance)
                        .map(KafkaListenerEndpoint.class::cast)
                        .findFirst()
                        .orElse(null);
                put(container, endpoint, () -> settings(factory.getConsumerFactory()));
            }
            return made;
        });
        return proxy.getProxy(factory.getClass().getClassLoader());
    }

    private void put(
            AbstractMessageListenerContainer<?, ?> container,
            @Nullable KafkaListenerEndpoint endpoint,
            Supplier<Map<String, Object>> consumer) {
        var listener = container.getContainerProperties().getMessageListener();
        if (listener != null) {
            container.setupMessageListener(scopes.get()
                    .around(listener, isForCommands(listener, endpoint), maxPollInterval(container, consumer)));
        }
    }

    private static boolean isForCommands(Object listener, @Nullable KafkaListenerEndpoint endpoint) {
        if (endpoint instanceof MethodKafkaListenerEndpoint<?, ?> annotated) {
            var method = annotated.getMethod();
            return (method != null && AnnotatedElementUtils.hasAnnotation(method, CommandListener.class))
                    || isForCommands(AopUtils.getTargetClass(annotated.getBean()));
        }
        return isForCommands(AopUtils.getTargetClass(listener));
    }

    private static boolean isForCommands(Class<?> type) {
        return AnnotatedElementUtils.hasAnnotation(type, CommandListener.class);
    }

    private static Duration maxPollInterval(
            AbstractMessageListenerContainer<?, ?> container, Supplier<Map<String, Object>> consumer) {
        var name = ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG;
        var own = container.getContainerProperties().getKafkaConsumerProperties().get(name);
        return duration(own == null ? consumer.get().get(name) : own);
    }

    /** In any of the forms that spring-kafka takes it in. */
    private static Duration duration(@Nullable Object setting) {
        return switch (setting) {
            case Duration duration -> duration;
            case Number millis -> Duration.ofMillis(millis.longValue());
            case String millis -> Duration.ofMillis(Long.parseLong(millis.strip()));
            case null, default -> MAX_POLL_INTERVAL;
        };
    }

    /** The settings of a factory's consumers; none if there is no factory. */
    public static Map<String, Object> settings(@Nullable ConsumerFactory<?, ?> consumers) {
        return consumers == null ? Map.of() : consumers.getConfigurationProperties();
    }
}
