package io.meridian.deadline.restclient;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.Hop;
import io.meridian.deadline.Hops;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.Reserve;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.TimeoutHeader;
import io.meridian.deadline.http.Heard;
import io.meridian.deadline.http.Neighbour;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.ReactorClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

@ParameterizedClass
@EnumSource
class DeadlineInterceptorTest {

    enum Client {
        JDK {
            @Override
            ClientHttpRequestFactory requests() {
                return new JdkClientHttpRequestFactory();
            }
        },
        REACTOR {
            @Override
            ClientHttpRequestFactory requests() {
                return new ReactorClientHttpRequestFactory();
            }
        },
        SIMPLE {
            @Override
            ClientHttpRequestFactory requests() {
                return new SimpleClientHttpRequestFactory();
            }
        };

        abstract ClientHttpRequestFactory requests();
    }

    @Parameter
    private Client kind = Client.JDK;

    private final Heard heard = new Heard();
    private final MissingDeadline missing = new MissingDeadline(MissingDeadline.Policy.COUNT, heard);
    private final Neighbour neighbour;
    private Hop hop = hop(ofSeconds(30));
    private RestClient client;

    DeadlineInterceptorTest() throws IOException {
        neighbour = new Neighbour();
        client = RestClient.create();
    }

    @BeforeEach
    void build() throws IOException {
        client = RestClient.builder()
                .requestFactory(kind.requests())
                .requestInterceptor(new DeadlineInterceptor(new Hops(_ -> hop), heard, missing))
                .build();
        // The first request of a client takes longer than what is waited for here.
        try (var other = new Neighbour()) {
            client.get().uri(other.url("/here")).retrieve().body(String.class);
        }
        missing.watch();
    }

    @AfterEach
    void close() throws IOException {
        neighbour.close();
    }

    @Test
    void neighbourIsToldWhatItIsGranted() throws Exception {
        assertThat(within(ofSeconds(300), () -> get("/here"))).isEqualTo("here");

        assertThat(told()).isPositive().isLessThanOrEqualTo(ofSeconds(30));
        assertThat(heard.next()).isEqualTo("granted localhost");
        assertThat(heard.next()).isEqualTo("returned localhost");
        assertThat(heard.isQuiet()).isTrue();
        assertThat(hop.oneWay()).as("learnt from the answer").isPositive();
    }

    @Test
    void grantIsWhatRemainsLessTheReserve() throws Exception {
        within(ofSeconds(10), () -> get("/here"));

        assertThat(told()).isPositive().isLessThanOrEqualTo(ofSeconds(10).minusMillis(50));
    }

    @Test
    void outsideOfAnyScopeNothingIsSaidAndTheCallIsCounted() throws Exception {
        assertThat(get("/here")).isEqualTo("here");

        assertThat(neighbour.next()).isEqualTo("asked /here nothing");
        assertThat(heard.next()).isEqualTo("missing CALL");
    }

    @Test
    void nothingIsSentWithoutEnoughTime() throws Exception {
        assertThatThrownBy(() -> within(ofMillis(3), () -> get("/here")))
                .isInstanceOf(ScopeEndedException.class)
                .hasMessageContaining("a call to localhost");

        assertThat(heard.next()).isIn("not sent localhost", "stopped CALL EXPIRED");
        assertThat(neighbour.isQuiet()).isTrue();
    }

    @Test
    void nothingIsSentForACallerThatIsGone() throws Exception {
        var scope = DeadlineScope.root("test", Deadline.after(ofSeconds(300)));
        scope.cancel();

        assertThatThrownBy(() -> scope.call(() -> get("/here")))
                .asInstanceOf(type(ScopeEndedException.class))
                .extracting(ScopeEndedException::ending)
                .isEqualTo(Ending.CALLER_GONE);

        assertThat(heard.next()).isEqualTo("stopped CALL CALLER_GONE");
        assertThat(neighbour.isQuiet()).isTrue();
    }

    @Test
    void waitingEndsWithTheDeadline() throws Exception {
        assertThatThrownBy(() -> onVirtualThread(() -> within(ofMillis(300), () -> get("/silent"))))
                .isInstanceOf(ScopeEndedException.class)
                .hasMessage("the deadline passed: waiting for localhost");

        assertThat(neighbour.next()).startsWith("asked /silent");
        assertThat(neighbour.next()).isEqualTo("hung up");
        assertThat(heard.next()).isEqualTo("granted localhost");
        assertThat(heard.next()).isEqualTo("stopped CALL EXPIRED");
        assertThat(heard.next()).isEqualTo("returned localhost");
    }

    @Test
    void readingEndsWithTheDeadline() throws Exception {
        assertThatThrownBy(() -> onVirtualThread(() -> within(ofMillis(300), () -> get("/half"))))
                .isInstanceOf(ScopeEndedException.class);

        assertThat(neighbour.next()).startsWith("asked /half");
        assertThat(neighbour.next()).isEqualTo("hung up");
        assertThat(heard.next()).isEqualTo("granted localhost");
        assertThat(heard.next()).isEqualTo("stopped CALL EXPIRED");
    }

    @Test
    void callEndsWhenTheCallerIsGone() throws Exception {
        var scope = DeadlineScope.root("test", Deadline.after(ofSeconds(300)));
        var answer = new CompletableFuture<String>();
        Thread.startVirtualThread(() -> {
            try {
                answer.complete(scope.call(() -> get("/silent")));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
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

        assertThatThrownBy(() -> onVirtualThread(() -> within(ofSeconds(300), () -> get("/silent"))))
                .isInstanceOf(ResourceAccessException.class)
                .cause()
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("no answer from localhost within 200 ms, the most a call to it is given");

        assertThat(heard.next()).isEqualTo("granted localhost");
        assertThat(heard.next()).isEqualTo("returned localhost");
    }

    @Test
    void threadIsLeftWithoutAnInterrupt() throws Exception {
        hop = hop(ofMillis(100));

        var interrupted = onVirtualThread(() -> within(ofSeconds(300), () -> {
            assertThatThrownBy(() -> get("/silent")).isInstanceOf(ResourceAccessException.class);
            assertThatThrownBy(() -> get("/half")).isInstanceOf(Exception.class);
            return Thread.currentThread().isInterrupted();
        }));

        assertThat(interrupted).isFalse();
    }

    private String get(String path) {
        return String.valueOf(client.get().uri(neighbour.url(path)).retrieve().body(String.class));
    }

    private Duration told() throws InterruptedException {
        var asked = neighbour.next();
        var said = TimeoutHeader.read(asked.substring(asked.lastIndexOf(' ') + 1));
        return TimeoutHeader.timeout(said).orElseThrow();
    }

    private static <T> T within(Duration budget, Callable<T> work) throws Exception {
        return DeadlineScope.root("test", Deadline.after(budget)).call(work::call);
    }

    /** Where a client that reads its socket itself listens to interrupts. */
    private static <T> T onVirtualThread(Callable<T> work) throws Exception {
        var result = new CompletableFuture<T>();
        Thread.startVirtualThread(() -> {
            try {
                result.complete(work.call());
            } catch (Exception | AssertionError e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.get(60, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static Hop hop(Duration cap) {
        return new Hop("localhost", cap, ofMillis(10), Reserve.USUAL);
    }
}
