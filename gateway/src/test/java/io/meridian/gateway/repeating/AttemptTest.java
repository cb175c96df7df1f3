package io.meridian.gateway.repeating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.test.StepVerifier;

class AttemptTest {

    private final MockServerWebExchange exchange =
            MockServerWebExchange.from(MockServerHttpRequest.get("/api/orders/1"));
    private final Attempt first = new Attempt(exchange, 1, exchange.getRequest());
    private final Attempt second = new Attempt(exchange, 2, exchange.getRequest());

    @Test
    void whatAnAttemptNotesIsItsOwnUntilItIsAdopted() {
        first.getAttributes().put("target", "one");
        first.getResponse().setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
        first.getResponse().getHeaders().set("Retry-After", "1");
        second.getAttributes().put("target", "other");
        second.getResponse().setStatusCode(HttpStatus.OK);
        second.getResponse().getHeaders().set("x-served-by", "b");
        exchange.getResponse().getHeaders().set("x-trace-id", "t");

        second.adopt();

        assertThat(exchange.<String>getAttribute("target")).isEqualTo("other");
        assertThat(exchange.getResponse().getStatusCode()).isEqualTo(HttpStatus.OK);
        assertThat(exchange.getResponse().getHeaders().headerNames()).containsExactlyInAnyOrder("x-trace-id", "x-served-by");
        assertThat(Attempt.of(exchange)).isNull();
    }

    @Test
    void statusThatHasNoNameIsTakenOverToo() {
        first.getResponse().setRawStatusCode(299);

        first.adopt();

        assertThat(exchange.getResponse().getStatusCode()).isEqualTo(HttpStatusCode.valueOf(299));
    }

    @Test
    void howOftenItWasSentIsNotSetBackByTheAttemptThatIsAdopted() {
        exchange.getAttributes().put(Attempt.COUNT, 1);
        var late = new Attempt(exchange, 1, exchange.getRequest());
        exchange.getAttributes().put(Attempt.COUNT, 2);

        late.adopt();

        assertThat(RetryFilter.attemptsAt(exchange)).isEqualTo(2);
    }

    @Test
    void attemptIsFoundFromWhateverWrapsIt() {
        var wrapped = first.mutate().request(request -> request.header("a", "b")).build();

        assertThat(Attempt.of(wrapped)).isSameAs(first);
    }

    @Test
    void answerThatHasBegunIsClosedWhenItIsAbandoned() {
        var connection = connectedTo(first);
        assertThat(connection.channel().isOpen()).isTrue();

        first.abandon();

        assertThat(connection.channel().isOpen()).isFalse();
    }

    @Test
    void answerThatBeginsAfterItWasAbandonedIsClosedAtItsHead() {
        first.abandon();
        var connection = connectedTo(first);

        new AttemptHeads().filter(new HttpHeaders(), first);

        assertThat(connection.channel().isOpen()).isFalse();
    }

    @Test
    void answerThatIsWantedIsNotClosedAtItsHead() {
        var connection = connectedTo(first);

        new AttemptHeads().filter(new HttpHeaders(), first);

        assertThat(connection.channel().isOpen()).isTrue();
    }

    @Test
    void serviceIsToldTheNumber() {
        assertThat(new AttemptNumber().filter(new HttpHeaders(), second).getFirst("x-attempt")).isEqualTo("2");
        assertThat(new AttemptNumber().filter(new HttpHeaders(), exchange).containsHeader("x-attempt")).isFalse();
    }

    @Test
    void whatWouldBeWrittenAtOnceIsRefused() {
        var body = Mono.fromSupplier(() -> exchange.getResponse().bufferFactory().wrap(new byte[] {1}));

        StepVerifier.create(first.getResponse().writeWith(body)).verifyError(IllegalStateException.class);

        assertThat(exchange.getResponse().isCommitted()).isFalse();
    }

    @Test
    void whatIsDueBeforeTheAnswerIsDoneForTheOneThatIsSent() {
        first.getResponse().beforeCommit(() -> Mono.fromRunnable(() -> exchange.getAttributes().put("first", true)));
        second.getResponse().beforeCommit(() -> Mono.fromRunnable(() -> exchange.getAttributes().put("second", true)));

        second.adopt();
        exchange.getResponse().setComplete().block();

        assertThat(exchange.getAttributes()).containsKey("second").doesNotContainKey("first");
    }

    private static Connection connectedTo(Attempt attempt) {
        var connection = Connection.from(new EmbeddedChannel());
        attempt.getAttributes().put(CLIENT_RESPONSE_CONN_ATTR, connection);
        return connection;
    }
}
