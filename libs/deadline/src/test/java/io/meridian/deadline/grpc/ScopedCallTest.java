package io.meridian.deadline.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Hop;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.Reserve;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ScopedCallTest {

    private final ManualTime time = new ManualTime();
    private final Heard heard = new Heard();
    private final Hops hops = new Hops(
            name -> new Hop(name, Duration.ofSeconds(30), Duration.ofMillis(10), Reserve.USUAL));
    private final DeadlineClientInterceptor interceptor = new DeadlineClientInterceptor(
            hops, heard, new MissingDeadline(MissingDeadline.Policy.COUNT, heard));
    private final FakeChannel channel = new FakeChannel();
    private final DeadlineScope scope =
            DeadlineScope.root("test", Deadline.after(Duration.ofSeconds(2), time.nanos()));

    @Test
    void callThatHasEndedIsNotCancelledWithTheScope() {
        var open = start();
        var ended = start();
        ended.end(Status.OK, new Metadata());

        scope.cancel();

        await().untilAsserted(() -> assertThat(open.cancelled).hasValue(1));
        assertThat(ended.cancelled).hasValue(0);
    }

    @Test
    void callThatEndsWhileItIsStartedIsNotCancelledWithTheScope() {
        channel.endsAtOnce = true;
        var ended = start();
        channel.endsAtOnce = false;
        var open = start();

        scope.cancel();

        await().untilAsserted(() -> assertThat(open.cancelled).hasValue(1));
        assertThat(ended.cancelled).hasValue(0);
    }

    @Test
    void callThatIsStartedWhenTheScopeHasEndedMeanwhileIsCancelled() {
        var call = scope.call(() -> interceptor.interceptCall(Wire.ASK, CallOptions.DEFAULT, channel));
        scope.cancel();

        call.start(new ClientCall.Listener<>() {}, new Metadata());

        await().untilAsserted(() -> assertThat(channel.calls.getFirst().cancelled).hasValue(1));
    }

    @Test
    void callAndItsReserveAddUpToWhatWasLeft() {
        time.advance(Duration.ofMillis(500));

        start();

        // 3 % of 1,500 ms
        assertThat(heard.granted)
                .containsExactly(
                        new Heard.Granted("inventory", Duration.ofMillis(1_455), Duration.ofMillis(45)));
        assertThat(channel.calls.getFirst().options.getOption(DeadlineClientInterceptor.GRANTED))
                .satisfies(it -> assertThat(it.reserved()).isEqualTo(Duration.ofMillis(45)));
    }

    @Test
    void halfOfWhatTheServerDoesNotAccountForIsTheWay() {
        var call = start();
        time.advance(Duration.ofMillis(30));
        var trailers = new Metadata();
        HandledTime.write(Duration.ofMillis(20), trailers);

        call.end(Status.OK, trailers);

        assertThat(hops.to(Wire.ASK).oneWay()).isEqualTo(Duration.ofMillis(5));
        assertThat(heard.returned)
                .singleElement()
                .satisfies(it -> assertThat(it.used()).isEqualTo(Duration.ofMillis(30)));
    }

    @Test
    void nonsenseFromTheServerIsIgnored() {
        for (var nonsense : List.of("", "-1", "1.5", "12 ", "999999999999999999999", "١٢")) {
            var call = start();
            time.advance(Duration.ofMillis(1));
            var trailers = new Metadata();
            trailers.put(HandledTime.KEY, nonsense);

            call.end(Status.OK, trailers);
        }

        assertThat(hops.to(Wire.ASK).oneWay()).isZero();
    }

    @Test
    void trailerIsWrittenOnce() {
        var trailers = new Metadata();

        HandledTime.write(Duration.ofMillis(20), trailers);
        HandledTime.write(Duration.ofNanos(1_999), trailers);

        assertThat(trailers.getAll(HandledTime.KEY)).containsExactly("1");
        assertThat(HandledTime.read(trailers)).contains(Duration.ofNanos(1_000));
    }

    @Test
    void capThatRanOutIsNoEndOfTheScope() {
        var call = start();
        time.advance(Duration.ofMillis(500));

        call.end(Status.DEADLINE_EXCEEDED, new Metadata());

        assertThat(heard.stopped).isEmpty();
    }

    @Test
    void budgetThatRanOutIs() {
        var call = start();
        time.advance(Duration.ofMillis(1_990));

        call.end(Status.DEADLINE_EXCEEDED, new Metadata());

        assertThat(heard.stopped).containsExactly("CALL EXPIRED");
    }

    private FakeCall start() {
        scope.run(() -> interceptor
                .interceptCall(Wire.ASK, CallOptions.DEFAULT, channel)
                .start(new ClientCall.Listener<>() {}, new Metadata()));
        return channel.calls.getLast();
    }

    /** Remembers its calls. */
    private static final class FakeChannel extends Channel {

        final List<FakeCall> calls = new ArrayList<>();
        boolean endsAtOnce;

        @Override
        @SuppressWarnings("unchecked") // all calls here are of texts
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
            var call = new FakeCall(options, endsAtOnce);
            calls.add(call);
            return (ClientCall<Q, A>) call;
        }

        @Override
        public String authority() {
            return "fake";
        }
    }

    private static final class FakeCall extends ClientCall<String, String> {

        final AtomicInteger cancelled = new AtomicInteger();
        final CallOptions options;
        private final boolean endsAtOnce;
        private @Nullable Listener<String> responses;

        FakeCall(CallOptions options, boolean endsAtOnce) {
            this.options = options;
            this.endsAtOnce = endsAtOnce;
        }

        void end(Status status, Metadata trailers) {
            Objects.requireNonNull(responses).onClose(status, trailers);
        }

        @Override
        public void start(Listener<String> responses, Metadata headers) {
            this.responses = responses;
            if (endsAtOnce) {
                end(Status.UNAVAILABLE, new Metadata());
            }
        }

        @Override
        public void request(int numMessages) {}

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {
            cancelled.incrementAndGet();
        }

        @Override
        public void halfClose() {}

        @Override
        public void sendMessage(String message) {}
    }
}
