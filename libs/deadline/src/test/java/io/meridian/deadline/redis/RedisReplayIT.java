package io.meridian.deadline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineListeners;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.MissingDeadline.Policy;
import io.meridian.testkit.Parts;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What Lettuce sends again when it has lost its connection with commands unanswered. */
@ResourceLock("redis")
class RedisReplayIT {

    private static final Duration BOUND = Duration.ofSeconds(60);

    @Test
    void commandWhoseScopeHasEndedIsNotSentAgain() {
        var key = "k-" + UUID.randomUUID();
        var redis = Parts.redis();
        var resources = ClientResources.builder()
                .reconnectDelay(Delay.constant(Duration.ofMillis(100)))
                .build();
        var client = RedisClient.create(resources, RedisURI.create(redis.host(), redis.port()));
        client.setOptions(
                new ScopedRedis(DeadlineListeners.NONE, new MissingDeadline(Policy.COUNT, DeadlineListeners.NONE))
                        .bound(ClientOptions.create(), BOUND));
        try (var connection = client.connect()) {
            var commands = connection.async();
            redis.pause();
            // The first that waits for an answer is told of the broken connection, the others are sent again.
            commands.incr(key + "-first");
            var unwanted = DeadlineScope.root("test", Deadline.after(Duration.ofMillis(50)))
                    .call(() -> commands.incr(key + "-unwanted"));
            var wanted = commands.incr(key + "-wanted");
            await().atMost(BOUND).until(unwanted.toCompletableFuture()::isCompletedExceptionally);

            redis.kill();
            redis.start();

            await().atMost(BOUND).until(wanted.toCompletableFuture()::isDone);
            assertThat(wanted.toCompletableFuture().join()).isEqualTo(1);
            assertThat(connection.sync().get(key + "-wanted")).isEqualTo("1");
            assertThat(connection.sync().get(key + "-unwanted")).isNull();
        } finally {
            redis.start();
            client.shutdown();
            resources.shutdown();
        }
    }
}
