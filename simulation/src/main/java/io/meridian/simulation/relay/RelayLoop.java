package io.meridian.simulation.relay;

import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.relay.ChangeLog;
import io.meridian.outbox.relay.Publisher;
import io.meridian.outbox.relay.RelaySession;
import io.meridian.outbox.relay.RelaySettings;
import io.meridian.outbox.relay.SlotInUseException;
import io.meridian.simulation.engine.Node;
import io.meridian.simulation.engine.Signal;
import io.meridian.simulation.engine.World;
import java.time.Duration;
import java.util.function.Consumer;

/** Drives the library's relay session as its relay does, with virtual time between the steps: the process may die at each. */
public final class RelayLoop {

    private static final long BETWEEN_STEPS = 20_000;
    private static final long BLINK = 1_000_000;
    private static final long BACK_PRESSURE = 5_000_000;
    private static final long DOZE = 2_000_000_000L;

    private final World world;
    private final Node node;
    private final ChangeLog log;
    private final Publisher publisher;
    private final RelaySettings settings;
    private final Signal commits;
    private final Consumer<StoredEvent> acknowledged;
    private final Runnable failed;

    public RelayLoop(
            World world,
            Node node,
            ChangeLog log,
            Publisher publisher,
            RelaySettings settings,
            Signal commits,
            Consumer<StoredEvent> acknowledged,
            Runnable failed) {
        this.world = world;
        this.node = node;
        this.log = log;
        this.publisher = publisher;
        this.settings = settings;
        this.commits = commits;
        this.acknowledged = acknowledged;
        this.failed = failed;
    }

    /** Relays for as long as the process lives. */
    public void run() {
        var pause = settings.firstPause();
        while (true) {
            try (var session = RelaySession.open(log, publisher, settings, acknowledged, node.nanoClock())) {
                pause = settings.firstPause();
                relay(session);
            } catch (SlotInUseException _) {
                world.sleep(settings.standbyPause().toNanos());
            } catch (Exception _) {
                failed.run();
                world.sleep(pause.toNanos());
                pause = longer(pause);
            }
        }
    }

    private void relay(RelaySession session) throws Exception {
        while (true) {
            switch (session.step()) {
                case SENT, ENDED, CONFIRMED -> world.sleep(BETWEEN_STEPS);
                case FULL -> world.sleep(BACK_PRESSURE);
                case IDLE -> {
                    if (session.inFlight() > 0) {
                        world.sleep(BLINK);
                    } else {
                        var _ = commits.await(DOZE);
                        world.sleep(BETWEEN_STEPS);
                    }
                }
            }
        }
    }

    private Duration longer(Duration pause) {
        var doubled = pause.multipliedBy(2);
        return doubled.compareTo(settings.longestPause()) < 0 ? doubled : settings.longestPause();
    }
}
