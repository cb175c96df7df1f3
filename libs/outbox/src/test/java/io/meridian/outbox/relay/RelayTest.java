package io.meridian.outbox.relay;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.outbox.RelayLag;
import io.meridian.outbox.RelayListener;
import io.meridian.outbox.RelayStatus;
import io.meridian.outbox.RelayStatus.State;
import io.meridian.outbox.StoredEvent;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RelayTest {

    private static final RelaySettings SETTINGS = new RelaySettings(
            8,
            1_000,
            Duration.ofNanos(10_000),
            Duration.ofNanos(50_000),
            Duration.ofNanos(10_000),
            Duration.ofSeconds(5));

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverFailsEveryEventArrivesAndFirstArrivalsKeepTheOrder(long seed) {
        var world = new World(seed, 0.01 + (seed % 10) * 0.01, false);

        world.runToItsEnd();

        assertThat(world.log.breach()).isNull();
        assertThat(world.publisher.arrived()).containsAll(world.log.committed());
        var arrived = world.publisher.arrivals().stream().distinct().collect(groupingBy(StoredEvent::aggregateId));
        var committed = world.log.committed().stream().collect(groupingBy(StoredEvent::aggregateId));
        assertThat(arrived).isEqualTo(committed);
    }

    @Test
    void withoutFaultsEveryEventArrivesOnce() {
        var world = new World(1, 0, false);

        world.runToItsEnd();

        assertThat(world.publisher.arrivals()).hasSameSizeAs(world.log.committed());
        assertThat(world.relay.status().published()).isEqualTo(world.log.committed().size());
        assertThat(world.relay.status().failures()).isZero();
    }

    @Test
    void oracleSeesAnAcknowledgementThatComesTooEarly() {
        var breach = seeds().mapToObj(seed -> {
                    var world = new World(seed, 0.05, true);
                    world.runToItsEnd();
                    return world.log.breach();
                })
                .filter(Objects::nonNull)
                .findFirst();

        assertThat(breach).isPresent();
    }

    @Test
    void statusAndListenersTellWhatHappens() {
        var states = new CopyOnWriteArrayList<State>();
        var published = new CopyOnWriteArrayList<StoredEvent>();
        var world = new World(3, 0, false, new RelayListener() {
            @Override
            public void published(StoredEvent event, Duration sinceOccurred) {
                published.add(event);
            }

            @Override
            public void changed(RelayStatus status) {
                states.add(status.state());
            }
        });

        world.runToItsEnd();

        assertThat(states).containsExactly(State.CONNECTING, State.STREAMING, State.STOPPED);
        assertThat(published).containsExactlyElementsOf(world.log.committed());
        assertThat(world.relay.status().confirmedPosition()).isEqualTo(40);
        assertThat(world.relay.status().confirmedLsn()).isEqualTo("0/28");
        assertThat(world.relay.status().inFlight()).isZero();
    }

    @Test
    void stoppedRelayStartsAgainWhereItStopped() {
        var world = new World(4, 0, false);
        world.runToItsEnd();

        world.relay.start();
        await().until(() -> world.relay.status().state() == State.STREAMING);
        world.relay.stop();

        assertThat(world.relay.isRunning()).isFalse();
        assertThat(world.publisher.arrivals()).hasSameSizeAs(world.log.committed());
    }

    @Test
    void sessionEndsWhenSomeoneSeesThatItsConnectionIsDead() {
        var world = new World(5, 0, false);
        world.relay.start();
        await().until(world.log::isConfirmedToItsEnd);

        world.relay.reconnect("nobody reads the slot");

        await().until(() -> world.relay.status().failures() == 1);
        assertThat(world.relay.status().lastFailure()).isEqualTo("nobody reads the slot");
        await().until(() -> world.relay.status().state() == State.STREAMING);
        world.relay.stop();
    }

    @Test
    void lagThatIsAnAlarmIsToldOnceAndSoIsItsEnd() {
        var told = new ArrayList<String>();
        var world = new World(6, 0, false, new RelayListener() {
            @Override
            public void lagging(RelayStatus status) {
                told.add("lagging: " + status.alarm());
            }

            @Override
            public void caughtUp(RelayStatus status) {
                told.add("caught up: " + status.alarm());
            }
        });
        var lag = new RelayLag(1, -1, Duration.ofMinutes(1), 3, Duration.ofMinutes(1));

        world.relay.lags(lag, null);
        assertThat(told).isEmpty();
        world.relay.lags(lag, "too old");
        world.relay.lags(lag, "still too old");
        world.relay.lags(lag, null);
        world.relay.lags(lag, null);

        assertThat(told).containsExactly("lagging: too old", "caught up: null");
        assertThat(world.relay.status().lag()).isEqualTo(lag);
    }

    @Test
    void pauseDoublesUpToItsLongest() {
        var settings = new RelaySettings(
                1, 1, Duration.ofMillis(200), Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofSeconds(5));

        assertThat(List.of(1, 2, 5, 6, 1_000).stream().map(settings::pauseAfter).toList())
                .extracting(Duration::toMillis)
                .containsExactly(200L, 400L, 3_200L, 5_000L, 5_000L);
    }

    private static final class World {

        final FaultyPublisher publisher;
        final FaultyLog log;
        final Relay relay;

        World(long seed, double faultRate, boolean acknowledgesTooEarly, RelayListener... listeners) {
            var random = new Random(seed);
            publisher = new FaultyPublisher(random, faultRate, acknowledgesTooEarly);
            log = new FaultyLog(random, faultRate, publisher);
            relay = new Relay(
                    log, publisher, SETTINGS, List.of(listeners), System::nanoTime, new ManualTime().instants());
        }

        void runToItsEnd() {
            relay.start();
            await().pollInterval(Duration.ofMillis(2)).atMost(Duration.ofSeconds(60)).until(log::isConfirmedToItsEnd);
            relay.stop();
        }
    }
}
