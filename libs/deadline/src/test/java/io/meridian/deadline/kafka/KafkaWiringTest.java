package io.meridian.deadline.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.deadline.autoconfigure.DeadlineAutoConfiguration;
import io.meridian.deadline.autoconfigure.KafkaDeadlineAutoConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.KafkaHandler;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.AbstractKafkaListenerContainerFactory;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.CommonLoggingErrorHandler;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.DelegatingMessageListener;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.listener.RecordInterceptor;
import org.springframework.kafka.listener.adapter.FilteringMessageListenerAdapter;
import org.springframework.kafka.listener.adapter.RecordFilterStrategy;
import org.springframework.kafka.listener.adapter.RecordMessagingMessageListenerAdapter;

/** Which listeners of a context are put inside, without a broker. */
class KafkaWiringTest {

    private final ApplicationContextRunner service = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    KafkaAutoConfiguration.class, DeadlineAutoConfiguration.class, KafkaDeadlineAutoConfiguration.class))
            .withPropertyValues("spring.kafka.listener.auto-startup=false", "spring.kafka.consumer.group-id=wiring");

    @Test
    void listenerOfTheServiceIsInsideWithAllThatItsFactoryGaveIt() {
        service.withUserConfiguration(Listeners.class, Extras.class).run(context -> {
            var container = container(context, "facts");

            var scoped = (ScopedListener<?, ?>) listener(context, "facts");
            assertThat(scoped.getDelegate()).isInstanceOf(FilteringMessageListenerAdapter.class);
            // The container goes down to this one for observations and late failures.
            assertThat(((DelegatingMessageListener<?>) scoped.getDelegate()).getDelegate())
                    .isExactlyInstanceOf(RecordMessagingMessageListenerAdapter.class);
            assertThat(container.getCommonErrorHandler()).isSameAs(context.getBean(CommonErrorHandler.class));
            assertThat(container.getRecordInterceptor()).isSameAs(context.getBean(RecordInterceptor.class));
        });
    }

    @Test
    void factoryIsStillWhatTheServiceInjects() {
        service.run(context -> assertThat(context)
                .hasSingleBean(ConcurrentKafkaListenerContainerFactory.class)
                .getBean(AbstractKafkaListenerContainerFactory.class)
                .isInstanceOf(ConcurrentKafkaListenerContainerFactory.class));
    }

    @Test
    void listenersAreForCommandsWhereTheySaySo() {
        service.withUserConfiguration(Listeners.class).run(context -> {
            assertThat(isForCommands(context, "facts")).isFalse();
            assertThat(isForCommands(context, "commands")).isTrue();
            assertThat(isForCommands(context, "class")).isTrue();
        });
    }

    @Test
    void batchListenerIsInside() {
        service.withUserConfiguration(Listeners.class)
                .run(context -> assertThat(listener(context, "batch")).isInstanceOf(ScopedBatchListener.class));
    }

    @Test
    void batchListenerForCommandsKeepsTheServiceFromStarting() {
        service.withUserConfiguration(CommandsInBatches.class)
                .run(context -> assertThat(context.getStartupFailure()).hasMessageContaining("one by one"));
    }

    @Test
    void containerOfAFactoryOfTheServicesOwnIsInside() {
        service.withUserConfiguration(OwnFactory.class).run(context -> {
            assertThat(listener(context, "own")).isInstanceOf(ScopedListener.class);
            assertThat(context.getBean(ConcurrentMessageListenerContainer.class)
                            .getContainerProperties()
                            .getMessageListener())
                    .isInstanceOf(ScopedListener.class);
        });
    }

    @Test
    void budgetIsAtMostHalfOfThePollIntervalOfItsConsumer() {
        var listeners = service.withUserConfiguration(Listeners.class);
        listeners.run(context -> assertThat(budget(context, "facts")).isEqualTo(Duration.ofSeconds(30)));
        listeners
                .withPropertyValues("meridian.deadline.kafka.budget=7s")
                .run(context -> assertThat(budget(context, "facts")).isEqualTo(Duration.ofSeconds(7)));
        listeners
                .withPropertyValues("spring.kafka.consumer.max-poll-interval=20s")
                .run(context -> {
                    assertThat(budget(context, "facts")).isEqualTo(Duration.ofSeconds(10));
                    assertThat(budget(context, "class")).isEqualTo(Duration.ofSeconds(3));
                });
    }

    @Test
    void settingThatMakesNoSenseIsNamed() {
        service.withUserConfiguration(Listeners.class)
                .withPropertyValues("meridian.deadline.kafka.budget=0s")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageContaining("budget must be positive, was PT0S"));
    }

    @Test
    void nothingIsChangedWhereDeadlinesAreOff() {
        service.withUserConfiguration(Listeners.class)
                .withPropertyValues("meridian.deadline.enabled=false")
                .run(context -> {
                    assertThat(context).doesNotHaveBean(ScopedContainers.class).doesNotHaveBean(ListenerScopes.class);
                    assertThat(listener(context, "facts")).isExactlyInstanceOf(RecordMessagingMessageListenerAdapter.class);
                });
    }

    @Test
    void serviceWithoutKafkaStarts() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        DeadlineAutoConfiguration.class, KafkaDeadlineAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader("org.springframework.kafka", "org.apache.kafka"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("listenerScopes"));
    }

    @Test
    void serviceAnswersForExpiredCommandsItself() {
        ExpiredCommandHandler own = (_, _) -> {};
        service.withBean(ExpiredCommandHandler.class, () -> own)
                .run(context -> assertThat(context.getBean(ExpiredCommandHandler.class)).isSameAs(own));
    }

    private static ConcurrentMessageListenerContainer<?, ?> container(AssertableApplicationContext context, String id) {
        var found = context.getBean(KafkaListenerEndpointRegistry.class).getListenerContainer(id);
        return (ConcurrentMessageListenerContainer<?, ?>) Objects.requireNonNull(found);
    }

    private static Object listener(AssertableApplicationContext context, String id) {
        return Objects.requireNonNull(container(context, id).getContainerProperties().getMessageListener());
    }

    private static boolean isForCommands(AssertableApplicationContext context, String id) {
        return ((ScopedListener<?, ?>) listener(context, id)).isForCommands();
    }

    private static Duration budget(AssertableApplicationContext context, String id) {
        return ((ScopedListener<?, ?>) listener(context, id)).budget();
    }

    @Configuration(proxyBeanMethods = false)
    static class Listeners {

        @Bean
        Methods methods() {
            return new Methods();
        }

        @Bean
        Handler handler() {
            return new Handler();
        }
    }

    static class Methods {

        @KafkaListener(id = "facts", topics = "facts")
        void fact(ConsumerRecord<String, String> record) {}

        @KafkaListener(id = "commands", topics = "commands")
        @CommandListener
        void command(ConsumerRecord<String, String> record) {}

        @KafkaListener(id = "batch", topics = "facts", batch = "true")
        void batch(List<ConsumerRecord<String, String>> records) {}
    }

    @KafkaListener(id = "class", topics = "commands", properties = "max.poll.interval.ms=6000")
    @CommandListener
    static class Handler {

        @KafkaHandler
        void command(String value) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class CommandsInBatches {

        @KafkaListener(id = "wrong", topics = "commands", batch = "true")
        @CommandListener
        void commands(List<ConsumerRecord<String, String>> records) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Extras {

        @Bean
        RecordFilterStrategy<Object, Object> filter() {
            return _ -> false;
        }

        @Bean
        RecordInterceptor<Object, Object> interceptor() {
            return (record, _) -> record;
        }

        @Bean
        CommonErrorHandler errors() {
            return new CommonLoggingErrorHandler();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnFactory {

        @Bean
        ConcurrentKafkaListenerContainerFactory<String, String> ownFactory(ConsumerFactory<String, String> consumers) {
            var factory = new ConcurrentKafkaListenerContainerFactory<String, String>();
            factory.setConsumerFactory(consumers);
            factory.setAutoStartup(false);
            factory.getContainerProperties().setKafkaConsumerProperties(new Properties());
            return factory;
        }

        @Bean
        ConcurrentMessageListenerContainer<String, String> container(ConsumerFactory<String, String> consumers) {
            var properties = new ContainerProperties("facts");
            properties.setMessageListener((MessageListener<String, String>) _ -> {});
            var container = new ConcurrentMessageListenerContainer<>(consumers, properties);
            container.setAutoStartup(false);
            return container;
        }

        @Bean
        Own own() {
            return new Own();
        }
    }

    static class Own {

        @KafkaListener(id = "own", topics = "facts", containerFactory = "ownFactory")
        void fact(ConsumerRecord<String, String> record) {}
    }
}
