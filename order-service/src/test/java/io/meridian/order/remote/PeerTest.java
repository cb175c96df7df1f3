package io.meridian.order.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.meridian.order.model.OrderId;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Left alone, a channel was seen to use a neighbour 30 seconds after it was back from 40 seconds of absence. */
class PeerTest {

    private final ManualTime time = new ManualTime();
    private final Line line = new Line();
    private final Peer peer = new Peer("inventory", line, time.nanos());
    private final OrderId order = OrderId.mint(time.now(), new Random(1));

    @Test
    void aFailingCallLetsTheChannelConnectAgainAtOnce() {
        fail(Status.UNAVAILABLE);

        assertThat(line.tries).isEqualTo(1);
    }

    @Test
    void howeverManyCallsFailItIsTwiceASecond() {
        for (var call = 0; call < 1_000; call++) {
            fail(Status.UNAVAILABLE);
            time.advance(Duration.ofMillis(10));
        }

        assertThat(line.tries).isEqualTo(20);
    }

    @Test
    void otherFailuresSayNothingAboutTheConnection() {
        fail(Status.DEADLINE_EXCEEDED);
        fail(Status.INTERNAL);

        assertThat(line.tries).isZero();
    }

    @Test
    void whileCallsSucceedTheInstancesThatAreAwayAreLookedAfterEveryFiveSeconds() {
        line.state = ConnectivityState.READY;

        for (var call = 0; call < 1_000; call++) {
            peer.connect();
            time.advance(Duration.ofMillis(10));
        }

        assertThat(line.tries).isEqualTo(2);
    }

    private void fail(Status status) {
        assertThat(peer.verdictOn(order, status.asRuntimeException())).isNotNull();
    }

    /** A channel that counts how often it is told to connect soon. */
    private static final class Line extends ManagedChannel {

        private int tries;
        private ConnectivityState state = ConnectivityState.TRANSIENT_FAILURE;

        @Override
        public ConnectivityState getState(boolean connect) {
            return state;
        }

        @Override
        public void resetConnectBackoff() {
            tries++;
        }

        @Override
        public ManagedChannel shutdown() {
            return this;
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public ManagedChannel shutdownNow() {
            return this;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }

        @Override
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
            throw new AssertionError("nobody calls here");
        }

        @Override
        public String authority() {
            return "inventory";
        }
    }
}
