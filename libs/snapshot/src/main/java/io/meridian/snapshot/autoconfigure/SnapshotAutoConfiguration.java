package io.meridian.snapshot.autoconfigure;

import io.meridian.snapshot.Follower;
import io.meridian.snapshot.FollowerSettings;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Gives followers their settings, and follows with every {@link Follower} that is a bean. Nothing waits for them: an application is ready
 * without.
 */
@AutoConfiguration
@EnableConfigurationProperties(SnapshotProperties.class)
public final class SnapshotAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    FollowerSettings followerSettings(SnapshotProperties properties) {
        return properties.settings();
    }

    @Bean
    FollowingLifecycle following(ObjectProvider<Follower<?, ?>> followers, SnapshotProperties properties) {
        return new FollowingLifecycle(followers, properties.enabled());
    }
}
