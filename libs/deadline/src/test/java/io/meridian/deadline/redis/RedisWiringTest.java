package io.meridian.deadline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandType;
import io.meridian.deadline.autoconfigure.DeadlineAutoConfiguration;
import io.meridian.deadline.autoconfigure.RedisDeadlineAutoConfiguration;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientConfigurationBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** What the client of a service is given, without a Redis. */
class RedisWiringTest {

    private final ApplicationContextRunner service = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    DataRedisAutoConfiguration.class,
                    DeadlineAutoConfiguration.class,
                    RedisDeadlineAutoConfiguration.class));

    @Test
    void timeoutOutsideAnyScopeIsTheServicesOwn() {
        service.withPropertyValues("spring.data.redis.timeout=2s")
                .run(context -> assertThat(timeout(context)).isEqualTo(Duration.ofSeconds(2)));
        service.run(context -> assertThat(timeout(context)).isEqualTo(Duration.ofSeconds(60)));
    }

    @Test
    void customizersOfTheServiceHaveTheirSayWhateverTheirKind() {
        service.withBean("one", LettuceClientOptionsBuilderCustomizer.class, () -> it ->
                        it.timeoutOptions(TimeoutOptions.enabled(Duration.ofMillis(70))))
                .run(context -> assertThat(timeout(context)).isEqualTo(Duration.ofMillis(70)));
        service.withBean("other", LettuceClientConfigurationBuilderCustomizer.class, () -> it ->
                        it.commandTimeout(Duration.ofMillis(80)))
                .run(context -> assertThat(timeout(context)).isEqualTo(Duration.ofMillis(80)));
        service.withBean("third", LettuceClientConfigurationBuilderCustomizer.class, () -> it ->
                        it.clientOptions(ClientOptions.builder().autoReconnect(false).build()))
                .run(context -> {
                    assertThat(options(context).isAutoReconnect()).isFalse();
                    assertThat(options(context).getTimeoutOptions().getSource()).isInstanceOf(ScopedTimeouts.class);
                });
    }

    @Test
    void aHandshakeTakesNoLongerThanConnectingMay() {
        service.withPropertyValues("spring.data.redis.ssl.enabled=true", "spring.data.redis.connect-timeout=700ms")
                .run(context -> assertThat(options(context).getSslOptions().getHandshakeTimeout())
                        .isEqualTo(Duration.ofMillis(700)));
        service.withPropertyValues("spring.data.redis.ssl.enabled=true", "spring.data.redis.connect-timeout=1h")
                .run(context -> assertThat(options(context).getSslOptions().getHandshakeTimeout())
                        .isEqualTo(Duration.ofSeconds(10)));
        // Negative control: what Lettuce does by itself.
        service.withPropertyValues(
                        "spring.data.redis.ssl.enabled=true",
                        "spring.data.redis.connect-timeout=700ms",
                        "meridian.deadline.enabled=false")
                .run(context -> assertThat(options(context).getSslOptions().getHandshakeTimeout())
                        .isEqualTo(Duration.ofSeconds(10)));
    }

    @Test
    void aConnectionMayTakeAsLongToBecomeReadyAsConnectingMayHoweverShortCommandsAre() {
        var brief = service.withPropertyValues("spring.data.redis.timeout=50ms", "spring.data.redis.connect-timeout=700ms");
        brief.run(context -> {
            assertThat(connectionTimeout(context)).isEqualTo(Duration.ofMillis(700));
            assertThat(timeout(context)).isEqualTo(Duration.ofMillis(50));
        });
        service.withPropertyValues("spring.data.redis.timeout=2s", "spring.data.redis.connect-timeout=700ms")
                .run(context -> assertThat(connectionTimeout(context)).isEqualTo(Duration.ofSeconds(2)));
        // Where nothing else bounds a command, the connection's timeout must.
        brief.withBean(LettuceClientOptionsBuilderCustomizer.class, () -> it -> it.timeoutOptions(TimeoutOptions.create()))
                .run(context -> assertThat(connectionTimeout(context)).isEqualTo(Duration.ofMillis(50)));
    }

    @Test
    void clientOfAClusterIsBoundToo() {
        service.withPropertyValues("spring.data.redis.cluster.nodes=127.0.0.1:6379").run(context -> {
            assertThat(options(context)).isInstanceOf(ClusterClientOptions.class);
            assertThat(options(context).getTimeoutOptions().getSource()).isInstanceOf(ScopedTimeouts.class);
        });
    }

    @Test
    void nothingIsChangedWhereDeadlinesAreOff() {
        service.withPropertyValues("meridian.deadline.enabled=false").run(context -> {
            assertThat(context).doesNotHaveBean(ScopedRedis.class);
            assertThat(options(context).getTimeoutOptions().isApplyConnectionTimeout()).isTrue();
        });
    }

    @Test
    void serviceWithoutRedisStarts() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        DeadlineAutoConfiguration.class, RedisDeadlineAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader("io.lettuce", "org.springframework.data.redis"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("scopedRedis"));
    }

    private static ClientOptions options(AssertableApplicationContext context) {
        return context.getBean(LettuceConnectionFactory.class)
                .getClientConfiguration()
                .getClientOptions()
                .orElseThrow();
    }

    private static Duration connectionTimeout(AssertableApplicationContext context) {
        return context.getBean(LettuceConnectionFactory.class).getClientConfiguration().getCommandTimeout();
    }

    private static Duration timeout(AssertableApplicationContext context) {
        var source = options(context).getTimeoutOptions().getSource();
        return Duration.ofNanos(
                source.getTimeUnit().toNanos(source.getTimeout(new AsyncCommand<>(new Command<>(CommandType.GET, null)))));
    }
}
