package io.meridian.outbox.autoconfigure;

import io.meridian.outbox.relay.Relay;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * The relay among the components of the health. Always up: an instance whose relay lags serves its callers as well as any, and taking
 * it out of service would help nobody; what is wrong is in the details.
 */
final class OutboxHealth implements HealthIndicator {

    private final Relay relay;

    OutboxHealth(Relay relay) {
        this.relay = relay;
    }

    @Override
    public Health health() {
        var status = OutboxEndpoint.Shown.of(relay.status());
        var health = Health.up().withDetail("slot", status.slot()).withDetail("state", status.state());
        if (status.lag() != null) {
            health.withDetail("lag", status.lag());
        }
        if (status.alarm() != null) {
            health.withDetail("alarm", status.alarm());
        }
        if (status.lastFailure() != null) {
            health.withDetail("lastFailure", status.lastFailure());
        }
        return health.build();
    }
}
