package io.meridian.deadline.webclient;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Hop;
import io.meridian.deadline.Hops;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.Reserve;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.TimeoutHeader;
import io.meridian.deadline.http.Heard;
import io.meridian.deadline.http.Neighbour;
import io.meridian.deadline.reactor.ReactorScope;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class DeadlineExchangeFilterTest {

    private static final Duration PATIENCE = ofSeconds(60);

    private final Heard heard = new Heard();
    private final MissingDeadline missing = new MissingDeadline(MissingDeadline.Policy.COUNT, heard);
    private final Neighbour neighbour;
    private Hop hop = hop(ofSeconds(30));
    private final WebClient client = WebClient.builder()
            .filter(new DeadlineExchangeFilter(new Hops(_ -> hop), heard, missing))
            .build();

    DeadlineExchangeFilterTest() throws IOException {
        neighbour = new Neighbour();
    }

    /** The first request of a client takes longer than what is waited for here. */
    @BeforeEach
    void warmUpAndWatch() throws IOException {
        try (var other = new Neighbour()) {
            client.get().uri(other.url("/here")).retrieve().bodyToMono(String.class).block(PATIENCE);
        }
        missing.watch();
    }

    @AfterEach
    void close() throws IOException {
        neighbour.close();
    }

    @Test
    void neighbourIsToldWhatItIsGranted() throws Exception {
        assertThat(get("/here", scope(ofSeconds(300))).block(PATIENCE)).isEqualTo("here");

        assertThat(told()).isPositive().isLessThanOrEqualTo(ofSeconds(30));
        assertThat(heard.next()).isEqualTo("granted localhost");
        assertThat(heard.next()).isEqualTo("returned localhost");
        assertThat(heard.isQuiet()).isTrue();
        assertThat(hop.oneWay()).as("learnt from the answer").isPositive();
    }

    @Test
    void scopeOfTheThreadCountsWhereNoneIsInTheContext() throws Exception {
        var answer = scope(ofSeconds(10)).call(() -> get("/here").block(PATIENCE));

        assertThat(answer).isEqualTo("here");
        assertThat(told()).isPositive().isLessThanOrEqualTo(ofSeconds(10).minusMillis(50));
    }

    @Test
    void outsideOfAnyScopeNothingIsSaidAndTheCallIsCounted() throws Exception {
        assertThat(get("/here").block(PATIENCE)).isEqualTo("here");

        assertThat(neighbour.next()).isEqualTo("asked /here nothing");
        assertThat(heard.next()).isEqualTo("missing CALL");
    }

    @Test
    void nothingIsSentWithoutEnoughTime() throws Exception {
        StepVerifier.create(get("/here", scope(ofMillis(3))))
                .expectError(ScopeEndedException.class)
                .verify(PATIENCE);

        assertThat(heard.next()).isIn("not sent localhost", "stopped CALL EXPIRED");
        assertThat(neighbour.isQuiet()).isTrue();
    }

    @Test
    void waitingEndsWithTheDeadlineAndTheNeighbourIsHungUpOn() throws Exception {
        StepVerifier.create(get("/silent", scope(ofMillis(300))))
                .expectErrorMessage("the deadline passed: waiting for localhost")
                .verify(PATIENCE);

        assertThat(neighbour.next()).startsWith("asked /silent");
        assertThat(neighbour.next()).isEqualTo("hung up");
        assertThat(heard.next()).isEqualTo("granted localhost");
        assertThat(heard.next()).isEqualTo("stopped CALL EXPIRED");
        assertThat(heard.next()).isEqualTo("returned localhost");
    }

    @Test
    void readingEndsWithTheDeadlineAndTheNeighbourIsHungUpOn() throws Exception {
        StepVerifier.create(get("/half", scope(ofMillis(300))))
                .expectErrorSatisfies(torn -> assertThat(torn)
                        .hasRootCauseInstanceOf(ScopeEndedException.class)
                        .hasRootCauseMessage("the deadline passed: waiting for localhost"))
                .verify(PATIENCE);

        assertThat(neighbour.next()).startsWith("asked /half");
        assertThat(neighbour.next()).isEqualTo("hung up");
    }

    @Test
    void callEndsWhenTheCallerIsGone() throws Exception {
        var scope = scope(ofSeconds(300));
        CompletableFuture<@Nullable String> answer = get("/silent", scope).toFuture();
        assertThat(neighbour.next()).startsWith("asked /silent");

        scope.cancel();

        assertThat(neighbour.next()).isEqualTo("hung up");
        assertThatThrownBy(() -> answer.get(60, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(ScopeEndedException.class)
                .hasMessage("the caller is gone: waiting for localhost");
    }

    @Test
    void neighbourThatIsSlowIsNoDeadline() throws Exception {
        hop = hop(ofMillis(200));

        StepVerifier.create(get("/silent", scope(ofSeconds(300))))
                .expectErrorSatisfies(slow -> assertThat(slow)
                        .isInstanceOf(TimeoutException.class)
                        .hasMessage("no answer from localhost within 200 ms, the most a call to it is given"))
                .verify(PATIENCE);

        assertThat(heard.next()).isEqualTo("granted localhost");
        assertThat(heard.next()).isEqualTo("returned localhost");
    }

    private Mono<String> get(String path) {
        return client.get().uri(neighbour.url(path)).retrieve().bodyToMono(String.class);
    }

    private Mono<String> get(String path, DeadlineScope scope) {
        return get(path).contextWrite(ReactorScope.of(scope));
    }

    private Duration told() throws InterruptedException {
        var asked = neighbour.next();
        var said = TimeoutHeader.read(asked.substring(asked.lastIndexOf(' ') + 1));
        return TimeoutHeader.timeout(said).orElseThrow();
    }

    private static DeadlineScope scope(Duration budget) {
        return DeadlineScope.root("test", Deadline.after(budget));
    }

    private static Hop hop(Duration cap) {
        return new Hop("localhost", cap, ofMillis(10), Reserve.USUAL);
    }
}
