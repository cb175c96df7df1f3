package io.meridian.deadline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.resource.Delay;
import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.autoconfigure.DeadlineAutoConfiguration;
import io.meridian.deadline.autoconfigure.RedisDeadlineAutoConfiguration;
import io.meridian.testkit.Parts;
import io.meridian.testkit.UsesParts;
import io.meridian.testkit.UsesParts.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisReactiveAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Bean;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.test.context.TestConstructor;
import org.springframework.test.context.TestConstructor.AutowireMode;

/** A Redis that hangs, behind the client of a service that has settings of its own. */
@SpringBootTest(
        classes = RedisDeadlineIT.Cache.class,
        webEnvironment = WebEnvironment.NONE,
        properties = {"spring.main.banner-mode=off", "spring.data.redis.timeout=3s"})
@UsesParts(Part.REDIS)
@TestConstructor(autowireMode = AutowireMode.ALL)
@ResourceLock("redis")
class RedisDeadlineIT {

    private static final Duration OWN_TIMEOUT = Duration.ofSeconds(3);

    /** Far below the client's own timeout, far above what a busy machine adds. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private final StringRedisTemplate redis;
    private final ReactiveStringRedisTemplate reactive;
    private final LettuceConnectionFactory connections;
    private final Heard heard;
    private final String key = "k-" + UUID.randomUUID();
    private final List<StatefulRedisConnection<String, String>> own = new ArrayList<>();

    RedisDeadlineIT(
            StringRedisTemplate redis,
            ReactiveStringRedisTemplate reactive,
            LettuceConnectionFactory connections,
            Heard heard) {
        this.redis = redis;
        this.reactive = reactive;
        this.connections = connections;
        this.heard = heard;
    }

    @BeforeEach
    void connected() {
        redis.hasKey(key);
        heard.told.clear();
    }

    @AfterEach
    void disconnected() {
        own.forEach(StatefulRedisConnection::close);
    }

    @Test
    void optionsOfTheServiceStay() {
        var options = connections.getClientConfiguration().getClientOptions().orElseThrow();

        assertThat(options.getDisconnectedBehavior()).isEqualTo(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS);
        assertThat(options.getTimeoutOptions().getSource()).isInstanceOf(ScopedTimeouts.class);
    }

    @Test
    void commandThatIsAnsweredInTimeIsAnswered() {
        var answer = scope(Duration.ofSeconds(30)).call(() -> {
            redis.opsForValue().set(key, "value");
            return redis.opsForValue().get(key);
        });

        assertThat(answer).isEqualTo("value");
        assertThat(heard.told).isEmpty();
    }

    @Test
    void blockedCommandEndsAtTheDeadline() {
        var begun = System.nanoTime();
        var failure = whileItHangs(() -> catchThrowable(
                () -> scope(Duration.ofMillis(500)).call(() -> redis.opsForValue().get(key))));
        var took = Duration.ofNanos(System.nanoTime() - begun);

        assertThat(failure).isInstanceOf(DataAccessException.class);
        assertThat(took).isBetween(Duration.ofMillis(500), SOON);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        eventually().until(() -> heard.told.equals(List.of("stopped REDIS EXPIRED")));
    }

    @Test
    void blockedCommandEndsWhenTheCallerIsGone() throws Exception {
        var scope = scope(Duration.ofSeconds(30));
        var begun = System.nanoTime();
        var failure = whileItHangs(() -> {
            Thread.ofVirtual().start(scope::cancel);
            return catchThrowable(() -> scope.call(() -> redis.opsForValue().get(key)));
        });

        assertThat(failure).isInstanceOf(DataAccessException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SOON);
    }

    @Test
    void commandThatNobodyIsBlockedOnEndsWithItsScopeToo() {
        var scope = scope(Duration.ofMillis(200));
        var connection = connection();
        whileItHangs(() -> {
            var future = scope.call(() -> connection.async().get(key));

            var failure = catchThrowable(future::get);

            assertThat(failure).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(RedisCommandTimeoutException.class);
            assertThat(failure)
                    .rootCause()
                    .isInstanceOfSatisfying(ScopeEndedException.class, it -> assertThat(it.ending())
                            .isEqualTo(Ending.EXPIRED));
            assertThat(scope.isOver()).isTrue();
            return future;
        });
        eventually().until(() -> heard.told.equals(List.of("stopped REDIS EXPIRED")));
    }

    @Test
    void afterwardsTheConnectionIsTheSameAndEveryCommandHasItsOwnAnswer() throws Exception {
        IntStream.range(0, 200).forEach(n -> redis.opsForValue().set(key + n, "value " + n));
        var id = connectionId();

        for (var round = 0; round < 3; round++) {
            whileItHangs(() -> {
                var callers = new ArrayList<Thread>();
                for (var n = 0; n < 40; n++) {
                    var asked = key + n;
                    callers.add(Thread.ofVirtual().start(() -> assertThatThrownBy(() -> scope(Duration.ofMillis(100))
                                    .call(() -> redis.opsForValue().get(asked)))
                            .isInstanceOf(DataAccessException.class)));
                }
                for (var caller : callers) {
                    assertThat(caller.join(Duration.ofSeconds(30))).isTrue();
                }
                return true;
            });
            for (var n = 199; n >= 0; n--) {
                assertThat(redis.opsForValue().get(key + n)).isEqualTo("value " + n);
            }
        }

        assertThat(connectionId()).isEqualTo(id);
        // A machine that is busy enough may not begin one of them in time.
        eventually()
                .until(() -> heard.told.stream()
                                .filter(it -> it.equals("stopped REDIS EXPIRED") || it.startsWith("refused"))
                                .count()
                        == 120);
    }

    @Test
    void commandOfAnEndedScopeIsNotSent() {
        var scope = scope(Duration.ofSeconds(30));
        scope.call(() -> redis.opsForValue().increment(key));
        scope.cancel();

        assertThatThrownBy(() -> ended(() -> redis.opsForValue().increment(key))).isInstanceOf(DataAccessException.class);
        var connection = connection();
        var future = ended(() -> connection.async().incr(key));
        assertThat(future.toCompletableFuture()).isCompletedExceptionally();
        assertThatThrownBy(() -> ended(() -> reactive.opsForValue().increment(key).toFuture())
                        .get())
                .hasCauseInstanceOf(QueryTimeoutException.class)
                .hasRootCauseInstanceOf(ScopeEndedException.class);

        assertThat(redis.opsForValue().get(key)).isEqualTo("1");
        assertThat(heard.told).filteredOn("refused redis PT0S"::equals).hasSize(3);
    }

    @Test
    void commandOutsideAnyScopeHasTheClientsOwnTimeoutAndIsCountedOnce() {
        var begun = System.nanoTime();
        var failure = whileItHangs(() -> catchThrowable(() -> redis.opsForValue().get(key)));

        assertThat(failure).isInstanceOf(QueryTimeoutException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(OWN_TIMEOUT);
        assertThat(heard.told).containsExactly("missing REDIS");
    }

    @Test
    void blockingApiOfLettuceIsCountedOnceToo() {
        connection().sync().get(key);

        assertThat(heard.told).containsExactly("missing REDIS");
    }

    @Test
    void reactiveCommandOutsideAnyScopeIsNotCounted() {
        reactive.opsForValue().set(key, "value").block();

        assertThat(reactive.opsForValue().get(key).block()).isEqualTo("value");
        assertThat(heard.told).isEmpty();
    }

    @Test
    void transactionThatItsScopeLeavesHalfwayKeepsItsConnectionInOrder() {
        var connection = connection();
        var scope = scope(Duration.ofSeconds(30));
        connection.sync().multi();

        // Else the answer may be there before anybody waits for it.
        var failure = whileItHangs(() -> catchThrowable(() -> scope.call(() -> {
            connection.sync().set(key, "one");
            scope.cancel();
            connection.sync().set(key + "b", "two");
            return connection.sync().exec();
        })));

        assertThat(failure).hasRootCauseInstanceOf(InterruptedException.class);
        assertThat(connection.isMulti()).isFalse();
        assertThat(connection.sync().get(key)).isEqualTo("one");
        assertThat(connection.sync().get(key + "b")).isEqualTo("two");
        assertThat(connection.sync().echo("three")).isEqualTo("three");
    }

    private static DeadlineScope scope(Duration budget) {
        return DeadlineScope.root("test", Deadline.after(budget));
    }

    /** On a thread that has not been interrupted, unlike one that is there when its scope ends. */
    private static <R> R ended(ScopedValue.CallableOp<R, RuntimeException> work) {
        var scope = scope(Duration.ofSeconds(30));
        scope.cancel();
        return scope.call(() -> {
            var _ = Thread.interrupted();
            return work.call();
        });
    }

    /** A connection of the test's own, by the client of the service. */
    private StatefulRedisConnection<String, String> connection() {
        var connection = Objects.requireNonNull((RedisClient) connections.getNativeClient())
                .connect();
        own.add(connection);
        return connection;
    }

    /** Of the connection that all templates share. */
    private long connectionId() throws Exception {
        try (var connection = connections.getConnection()) {
            return ((RedisClusterAsyncCommands<?, ?>) connection.getNativeConnection()).clientId().get();
        }
    }

    private static <R> R whileItHangs(Callable<R> work) {
        Parts.redis().pause();
        try {
            return work.call();
        } catch (Exception e) {
            throw new AssertionError(e);
        } finally {
            Parts.redis().resume();
        }
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(60));
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        DataRedisAutoConfiguration.class,
        DataRedisReactiveAutoConfiguration.class,
        DeadlineAutoConfiguration.class,
        RedisDeadlineAutoConfiguration.class
    })
    static class Cache {

        @Bean
        Heard heard() {
            return new Heard();
        }

        @Bean
        LettuceClientOptionsBuilderCustomizer refusesWhileDisconnected() {
            return options -> options.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS);
        }

        @Bean
        ClientResourcesBuilderCustomizer reconnectsSoon() {
            return resources -> resources.reconnectDelay(Delay.constant(Duration.ofMillis(250)));
        }
    }
}
