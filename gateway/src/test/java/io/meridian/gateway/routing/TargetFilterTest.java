package io.meridian.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import io.meridian.breaker.ejection.EjectionListener;
import io.meridian.breaker.ejection.InstanceView;
import io.meridian.deadline.Ending;
import io.meridian.deadline.ScopeEndedException;
import io.meridian.gateway.routing.RoutingProperties.Pool;
import io.meridian.gateway.routing.RoutingProperties.Timeouts;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;

class TargetFilterTest {

    private static final URI A = URI.create("http://a:1");
    private static final URI B = URI.create("http://b:2");

    private final Services services = new Services(
            new RoutingProperties(
                    "http://a:1,http://b:2",
                    "http://c:3",
                    "http://d:4",
                    "e:5",
                    new Timeouts(second(), second(), second(), second(), second()),
                    new Pool(1, 1, second(), second(), second())),
            EjectionListener.NONE);
    private final TargetFilter filter = new TargetFilter(services);

    @Test
    void pathAndQueryAreSentToOneOfTheInstancesAsTheyWere() {
        var exchange = exchange("/api/orders/0195?x=%25%2F%20a=b");

        pass(exchange, _ -> Mono.empty());

        URI sent = exchange.getAttribute(GATEWAY_REQUEST_URL_ATTR);
        assertThat(sent).hasToString(exchange.getAttribute(TargetFilter.INSTANCE) + "/api/orders/0195?x=%25%2F%20a=b");
    }

    @Test
    void aSecondAttemptOfTheSameExchangeGoesToAnotherInstance() {
        for (var i = 0; i < 50; i++) {
            var exchange = exchange("/api/orders");
            var asked = new HashSet<URI>();
            GatewayFilterChain chain = it -> {
                asked.add(Objects.requireNonNull(it.<URI>getAttribute(TargetFilter.INSTANCE)));
                return Mono.empty();
            };

            pass(exchange, chain);
            pass(exchange, chain);

            assertThat(asked).containsExactlyInAnyOrder(A, B);
            assertThat(exchange.<Set<URI>>getAttribute(TargetFilter.TRIED)).isEqualTo(asked);
        }
    }

    @Test
    void attemptsThatAreKeptApartRememberTogetherWhoWasTried() {
        var exchange = exchange("/api/orders");
        var asked = new HashSet<URI>();

        new TargetFilter.Memory()
                .filter(exchange, it -> {
                    for (var attempt = 0; attempt < 2; attempt++) {
                        var apart = exchange("/api/orders");
                        apart.getAttributes().putAll(it.getAttributes());
                        pass(apart, _ -> Mono.empty());
                        asked.add(Objects.requireNonNull(apart.<URI>getAttribute(TargetFilter.INSTANCE)));
                    }
                    return Mono.empty();
                })
                .block(Duration.ofSeconds(30));

        assertThat(asked).containsExactlyInAnyOrder(A, B);
    }

    @Test
    void withOneInstanceTheSecondAttemptGoesThereToo() {
        var exchange = exchange("/api/inventory/SKU-0001", Services.INVENTORY);

        pass(exchange, _ -> Mono.empty());
        pass(exchange, _ -> Mono.empty());

        assertThat(exchange.<URI>getAttribute(TargetFilter.INSTANCE)).hasToString("http://c:3");
    }

    @ParameterizedTest
    @CsvSource({"200, 1", "404, 1", "429, 1", "500, 0", "502, 0", "503, 0", "504, 0"})
    void anAnswerIsAFailureFromFiveHundredOn(int status, double share) {
        pass(exchange("/api/orders"), exchange -> {
            exchange.getResponse().setStatusCode(HttpStatusCode.valueOf(status));
            return Mono.empty();
        });

        assertThat(asked().successShare()).isEqualTo(share);
        assertThat(asked().calls()).isEqualTo(1);
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(new IOException("reset"), 1L),
                Arguments.of(new PoolAcquirePendingLimitException(4), 1L),
                Arguments.of(new ResponseStatusException(HttpStatus.GATEWAY_TIMEOUT, "late", new TimeoutException()), 1L),
                Arguments.of(new ScopeEndedException(Ending.EXPIRED, "asking", new IOException("late")), 1L),
                Arguments.of(new ScopeEndedException(Ending.EXPIRED, "asking, which needs more"), 0L),
                Arguments.of(new IllegalStateException("ours"), 0L));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultOfTheWayThereIsAFailureAndOneOfOursIsNone(Throwable fault, long calls) {
        pass(exchange("/api/orders"), _ -> Mono.error(fault));

        assertThat(services.named(Services.ORDER).view().stream().mapToLong(InstanceView::calls).sum()).isEqualTo(calls);
        assertThat(services.named(Services.ORDER).view()).noneMatch(InstanceView::out);
    }

    @Test
    void anInstanceThatCannotBeReachedIsPassedOverFromTheNextRequestOn() {
        var exchange = exchange("/api/orders");
        pass(exchange, _ -> Mono.error(new ConnectException("refused")));
        URI away = Objects.requireNonNull(exchange.getAttribute(TargetFilter.INSTANCE));

        for (var i = 0; i < 50; i++) {
            var next = exchange("/api/orders");
            pass(next, _ -> Mono.empty());
            assertThat(next.<URI>getAttribute(TargetFilter.INSTANCE)).isNotEqualTo(away);
        }
    }

    @Test
    void aClientThatLeavesIsHeldAgainstNobody() {
        filter.filter(exchange("/api/orders"), _ -> Mono.never()).subscribe().dispose();

        assertThat(services.named(Services.ORDER).view())
                .allSatisfy(it -> assertThat(it.calls()).isZero())
                .allSatisfy(it -> assertThat(it.inFlight()).isZero());
    }

    @ParameterizedTest
    @CsvSource({"0, SUCCEEDED", "5, SUCCEEDED", "1, IGNORED", "2, FAILED", "4, TIMED_OUT", "13, FAILED", "14, FAILED", "15, FAILED", ", SUCCEEDED"})
    void aGrpcStatusSaysWhetherTheServiceWorks(@Nullable String status, String outcome) {
        assertThat(ServiceOutcomes.ofGrpc(status)).hasToString(outcome);
    }

    @Test
    void aRouteThatAsksNobodyIsLeftAlone() {
        var exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/api/orders"));

        pass(exchange, _ -> Mono.empty());

        assertThat(exchange.getAttributes()).doesNotContainKey(GATEWAY_REQUEST_URL_ATTR);
    }

    private InstanceView asked() {
        return services.named(Services.ORDER).view().stream()
                .filter(it -> it.calls() > 0)
                .findFirst()
                .orElseThrow();
    }

    private void pass(ServerWebExchange exchange, GatewayFilterChain chain) {
        filter.filter(exchange, chain).onErrorComplete().block(Duration.ofSeconds(30));
    }

    private static ServerWebExchange exchange(String path) {
        return exchange(path, Services.ORDER);
    }

    private static ServerWebExchange exchange(String path, String service) {
        var exchange = MockServerWebExchange.from(MockServerHttpRequest.method(org.springframework.http.HttpMethod.GET, URI.create("http://gateway" + path)));
        var route = Route.async()
                .id("r")
                .uri(A)
                .metadata(Services.NAME, service)
                .predicate(_ -> true)
                .build();
        exchange.getAttributes().put(GATEWAY_ROUTE_ATTR, route);
        return exchange;
    }

    private static Duration second() {
        return Duration.ofSeconds(1);
    }
}
