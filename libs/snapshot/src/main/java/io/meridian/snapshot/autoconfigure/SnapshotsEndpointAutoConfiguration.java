package io.meridian.snapshot.autoconfigure;

import io.meridian.snapshot.Follower;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Shows the snapshots where there is an actuator. */
@AutoConfiguration(after = SnapshotAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
public class SnapshotsEndpointAutoConfiguration {

    @Bean
    @ConditionalOnAvailableEndpoint
    SnapshotsEndpoint snapshotsEndpoint(ObjectProvider<Follower<?, ?>> followers) {
        return new SnapshotsEndpoint(followers);
    }
}
