package io.meridian.deadline.gateway;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.deadline.Stage;
import io.meridian.deadline.reactor.ReactorDeadline;
import io.meridian.deadline.reactor.ReactorScope;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.SslInfo;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.test.StepVerifier;

class FiltersTest {

    private static final Duration PATIENCE = ofSeconds(60);

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final DeadlineListener listener = new Hearing();
    private final MissingDeadline missing = new MissingDeadline(MissingDeadline.Policy.COUNT, listener);
    private final RouteBudgets budgets =
            new RouteBudgets(new RouteBudget(ofSeconds(20), ofSeconds(20), false), Map.of());
    private final ArrivalFilter arrival = new ArrivalFilter(listener);
    private final BudgetFilter budget = new BudgetFilter(budgets, new ReactorDeadline(listener, missing), Duration.ZERO, listener);
    private final DispatchFilter dispatch = new DispatchFilter(budgets, ofMillis(10), missing, listener);

    @Test
    void requestIsToldOfFromItsArrivalToItsEnd() {
        var sent = new ArrayList<HttpHeaders>();

        pass(exchange("x-request-timeout-ms", "5000"), asked -> {
                    sent.add(asked.getRequest().getHeaders());
                    return Mono.empty();
                })
                .block(PATIENCE);

        assertThat(heard).containsExactly("opened http PT5S", "granted route", "returned route", "closed []");
        assertThat(Double.parseDouble(String.valueOf(sent.getFirst().getFirst("x-request-timeout-ms"))))
                .isBetween(1000.0, 4950.0);
    }

    @Test
    void filterThatAsksAgainHasWhatIsLeftAndNotTheWholeAgain() {
        var told = new ArrayList<Double>();
        var exchange = exchange("x-request-timeout-ms", "5000");
        GatewayFilterChain service = asked -> {
            told.add(Double.parseDouble(String.valueOf(asked.getRequest().getHeaders().getFirst("x-request-timeout-ms"))));
            return Mono.empty();
        };

        pass(exchange, again -> dispatch.filter(again, service).then(Mono.defer(() -> dispatch.filter(again, service))), it -> it)
                .block(PATIENCE);

        assertThat(told).hasSize(2);
        assertThat(told.get(1)).isLessThan(told.get(0));
        assertThat(heard)
                .containsExactly(
                        "opened http PT5S", "granted route", "returned route", "granted route", "returned route", "closed []");
    }

    @Test
    void faultAfterTheServicesTimeIsItsDeadlineAndOneBeforeIsAFault() {
        StepVerifier.create(pass(exchange("x-request-timeout-ms", "5000"), _ -> Mono.error(new IllegalStateException("reset"))))
                .expectError(IllegalStateException.class)
                .verify(PATIENCE);
        // Reset by a service whose time is over, within the reserve; or by this gateway, if it takes longer than that.
        StepVerifier.create(pass(
                        exchange("x-request-timeout-ms", "1500"),
                        asked -> Mono.delay(ofMillis((long) Double.parseDouble(String.valueOf(
                                        asked.getRequest().getHeaders().getFirst("x-request-timeout-ms"))))
                                        .plusMillis(2))
                                .then(Mono.error(new IllegalStateException("reset")))))
                .expectErrorSatisfies(told -> assertThat(told)
                        .isInstanceOfSatisfying(ResponseStatusException.class, it -> assertThat(it.getStatusCode())
                                .isEqualTo(HttpStatus.GATEWAY_TIMEOUT))
                        .hasCauseInstanceOf(ScopeEndedException.class))
                .verify(PATIENCE);
    }

    @Test
    void answerOfAServiceThatGaveUpInTimeIsTakenForAGraceAfterTheDeadline() {
        var gracious = new BudgetFilter(budgets, new ReactorDeadline(listener, missing), ofMillis(20_000), listener);
        var exchange = exchange("x-request-timeout-ms", "100");

        StepVerifier.create(arrival.filter(
                        exchange,
                        routed -> gracious.filter(
                                routed,
                                each -> dispatch.filter(each, _ -> Mono.delay(ofMillis(150)).then()))))
                .expectComplete()
                .verify(PATIENCE);

        heardInTheEnd("opened http PT0.1S", "granted route", "returned route", "closed [EXPIRED]");
    }

    @Test
    void endThatNobodyRenderedIsATimeoutOfTheGatewayWithItsMark() {
        var exchange = exchange("x-request-timeout-ms", "100");

        StepVerifier.create(pass(exchange, _ -> Mono.never()))
                .expectError(ResponseStatusException.class)
                .verify(PATIENCE);

        assertThat(exchange.getResponse().getHeaders().getFirst("x-deadline-expired")).isEqualTo("1");
        heardInTheEnd("opened http PT0.1S", "granted route", "stopped CALL EXPIRED", "returned route", "closed [EXPIRED]");
    }

    @Test
    void clientThatGoesAwayCancelsTheScopeAndIsToldOf() {
        var scopes = new ArrayList<DeadlineScope>();

        var pending = pass(exchange(), _ -> Mono.deferContextual(context -> {
                    scopes.add(ReactorScope.in(context).orElseThrow());
                    return Mono.never();
                }))
                .subscribe();
        pending.dispose();

        assertThat(scopes.getFirst().ending()).contains(Ending.CALLER_GONE);
        assertThat(heard).containsExactly(
                "opened http PT20S", "granted route", "stopped CALL CALLER_GONE", "returned route", "closed [CALLER_GONE]");
    }

    @Test
    void headThatComesWhenNobodyWaitsAnyMoreHasItsConnectionClosed() {
        var exchange = exchange();
        var connection = Connection.from(new EmbeddedChannel());
        pass(exchange, _ -> Mono.never()).subscribe().dispose();

        exchange.getAttributes().put(CLIENT_RESPONSE_CONN_ATTR, connection);
        new DispatchFilter.Heads().filter(new HttpHeaders(), exchange);

        assertThat(connection.isDisposed()).isTrue();
    }

    @Test
    void headThatIsWaitedForKeepsItsConnection() {
        var exchange = exchange();
        var connection = Connection.from(new EmbeddedChannel());
        var pending = pass(exchange, _ -> Mono.never()).subscribe();

        exchange.getAttributes().put(CLIENT_RESPONSE_CONN_ATTR, connection);
        new DispatchFilter.Heads().filter(new HttpHeaders(), exchange);

        assertThat(connection.isDisposed()).isFalse();
        pending.dispose();
        assertThat(connection.isDisposed()).isTrue();
    }

    @Test
    void whatTheWayCostsIsLearntFromWhatTheServiceSaysItUsed() {
        var reserves = new ArrayList<Duration>();
        var told = new DispatchFilter(budgets, ofMillis(10), missing, new DeadlineListener() {
            @Override
            public void granted(String hop, Duration granted, Duration reserved) {
                reserves.add(reserved);
            }
        });
        GatewayFilterChain service = asked -> Mono.delay(ofMillis(200)).then(Mono.fromRunnable(() -> {
            var head = new HttpHeaders();
            head.set("x-deadline", "granted=900, left=900");
            new DispatchFilter.Heads().filter(head, asked);
        }));

        pass(exchange("x-request-timeout-ms", "1000"), service, next -> each -> told.filter(each, next))
                .block(PATIENCE);
        pass(exchange("x-request-timeout-ms", "1000"), service, next -> each -> told.filter(each, next))
                .block(PATIENCE);

        assertThat(reserves.get(0)).isLessThanOrEqualTo(ofMillis(30)); // its share of what was left
        assertThat(reserves.get(1)).isEqualTo(ofMillis(50)); // as much as a reserve can be
    }

    @Test
    void exchangeThatDidNotArriveHereIsCountedAndPasses() {
        missing.watch();

        StepVerifier.create(dispatch.filter(exchange(), _ -> Mono.empty())).expectComplete().verify(PATIENCE);

        assertThat(heard).containsExactly("missing CALL");
    }

    @Test
    void scopeThatEndedOnTheWayIsNotDispatched() {
        var exchange = exchange();

        assertThatThrownBy(() -> pass(
                                exchange,
                                each -> Mono.defer(() -> {
                                    ArrivalFilter.scopeOf(each).orElseThrow().cancel();
                                    return dispatch.filter(each, _ -> Mono.error(new AssertionError("was asked")));
                                }),
                                it -> it)
                        .block(PATIENCE))
                .isInstanceOf(ResponseStatusException.class);
    }

    private Mono<Void> pass(ServerWebExchange exchange, GatewayFilterChain service) {
        return pass(exchange, service, next -> each -> dispatch.filter(each, next));
    }

    private Mono<Void> pass(
            ServerWebExchange exchange,
            GatewayFilterChain last,
            java.util.function.UnaryOperator<GatewayFilterChain> dispatching) {
        return arrival.filter(exchange, routed -> budget.filter(routed, dispatching.apply(last)));
    }

    private static ServerWebExchange exchange(String... headers) {
        var exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));
        var sent = new HttpHeaders();
        for (var i = 0; i < headers.length; i += 2) {
            sent.add(headers[i], headers[i + 1]);
        }
        exchange.getAttributes().put(GATEWAY_ROUTE_ATTR, RouteBudgetsTest.route("route", Map.of()));
        return exchange.mutate().request(new Request(sent)).build();
    }

    /** One that came over no server in particular. */
    private static final class Request extends AbstractServerHttpRequest {

        Request(HttpHeaders headers) {
            super(HttpMethod.GET, java.net.URI.create("http://gateway/"), "", headers);
        }

        @Override
        protected MultiValueMap<String, HttpCookie> initCookies() {
            return new LinkedMultiValueMap<>();
        }

        @Override
        protected @Nullable SslInfo initSslInfo() {
            return null;
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T> T getNativeRequest() {
            return (T) new Object();
        }

        @Override
        public Flux<DataBuffer> getBody() {
            return Flux.empty();
        }
    }

    /** An exchange is closed a moment after its subscriber has heard of the end. */
    private void heardInTheEnd(String... events) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(heard).containsExactly(events));
    }

    private final class Hearing implements DeadlineListener {

        @Override
        public void opened(DeadlineScope scope) {
            heard.add("opened " + scope.name() + " " + scope.deadline().budget());
        }

        @Override
        public void closed(DeadlineScope scope, Duration granted, Duration used) {
            heard.add("closed " + scope.ending().map(List::of).orElse(List.of()));
        }

        @Override
        public void granted(String hop, Duration granted, Duration reserved) {
            heard.add("granted " + hop);
        }

        @Override
        public void returned(String hop, Duration granted, Duration reserved, Duration used) {
            heard.add("returned " + hop);
        }

        @Override
        public void stopped(Stage stage, Ending ending) {
            heard.add("stopped " + stage + " " + ending);
        }

        @Override
        public void missing(Stage stage) {
            heard.add("missing " + stage);
        }
    }
}
