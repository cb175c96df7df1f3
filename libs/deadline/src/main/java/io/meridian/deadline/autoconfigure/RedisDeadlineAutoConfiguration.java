package io.meridian.deadline.autoconfigure;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.meridian.deadline.DeadlineListeners;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.redis.ScopedRedis;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientConfigurationBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** Redis. A service that builds its client itself passes its options through {@link ScopedRedis}. */
@AutoConfiguration(after = DeadlineAutoConfiguration.class)
@ConditionalOnClass({
    RedisClient.class, LettuceConnectionFactory.class, LettuceClientConfigurationBuilderCustomizer.class
})
@ConditionalOnProperty(name = "meridian.deadline.enabled", matchIfMissing = true)
public class RedisDeadlineAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    ScopedRedis scopedRedis(DeadlineListeners listeners, MissingDeadline missing) {
        return new ScopedRedis(listeners.all(), missing);
    }

    /** Last, so that it adds to the options that all others have made. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    LettuceClientConfigurationBuilderCustomizer redisCommandsEndWithTheirScope(ScopedRedis redis) {
        return builder -> {
            var soFar = builder.build();
            var options = soFar.getClientOptions().orElseGet(ClientOptions::create);
            builder.clientOptions(redis.bound(options, soFar.getCommandTimeout()))
                    .commandTimeout(redis.connectionTimeout(options, soFar.getCommandTimeout()));
        };
    }
}
