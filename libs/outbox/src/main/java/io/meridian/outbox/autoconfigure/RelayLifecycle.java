package io.meridian.outbox.autoconfigure;

import io.meridian.outbox.relay.Relay;
import org.springframework.context.SmartLifecycle;

/** Starts the relay before anything can append, and stops it after the web server and the listeners have said their last. */
final class RelayLifecycle implements SmartLifecycle {

    private final Relay relay;
    private final boolean enabled;

    RelayLifecycle(Relay relay, boolean enabled) {
        this.relay = relay;
        this.enabled = enabled;
    }

    @Override
    public void start() {
        relay.start();
    }

    @Override
    public void stop() {
        relay.stop();
    }

    @Override
    public boolean isRunning() {
        return relay.isRunning();
    }

    @Override
    public boolean isAutoStartup() {
        return enabled;
    }

    @Override
    public int getPhase() {
        return 0; // web servers and listener containers are near Integer.MAX_VALUE
    }
}
