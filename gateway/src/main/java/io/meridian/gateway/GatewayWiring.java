package io.meridian.gateway;

import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.resource.Delay;
import io.meridian.breaker.Breakers;
import io.meridian.breaker.retry.Latencies;
import io.meridian.breaker.retry.Retries;
import io.meridian.breaker.retry.RetryBudget;
import io.meridian.edges.TraceIds;
import io.meridian.edges.faults.FaultBoard;
import io.meridian.edges.faults.FaultTargets;
import io.meridian.gateway.admission.AdmissionProperties;
import io.meridian.gateway.admission.Clients;
import io.meridian.gateway.admission.PlainRequestFilter;
import io.meridian.gateway.admission.RateLimitFilter;
import io.meridian.gateway.admission.RateLimiter;
import io.meridian.gateway.admission.RedisBuckets;
import io.meridian.gateway.admission.WholeBodyFilter;
import io.meridian.gateway.console.ApiDocument;
import io.meridian.gateway.console.Console;
import io.meridian.gateway.remote.GrpcStock;
import io.meridian.gateway.repeating.AttemptHeads;
import io.meridian.gateway.repeating.AttemptNumber;
import io.meridian.gateway.repeating.Elsewhere;
import io.meridian.gateway.repeating.RepeatingProperties;
import io.meridian.gateway.repeating.RetryFilter;
import io.meridian.gateway.routing.BreakerFilter;
import io.meridian.gateway.routing.EventStreamFilter;
import io.meridian.gateway.routing.FaultyUpstreams;
import io.meridian.gateway.routing.GrpcEnds;
import io.meridian.gateway.routing.GrpcRefusals;
import io.meridian.gateway.routing.ImportanceHeaders;
import io.meridian.gateway.routing.InboundHeaders;
import io.meridian.gateway.routing.LoggedEjections;
import io.meridian.gateway.routing.Routes;
import io.meridian.gateway.routing.RoutingProperties;
import io.meridian.gateway.routing.Services;
import io.meridian.gateway.routing.TargetFilter;
import io.meridian.gateway.routing.UpstreamFaultFilter;
import io.meridian.gateway.routing.Upstreams;
import io.meridian.gateway.stock.KnownStock;
import io.meridian.gateway.stock.Product;
import io.meridian.gateway.stock.StockFallback;
import io.meridian.gateway.stock.StockProperties;
import io.meridian.observability.CountedInstances;
import io.meridian.observability.CountedLimiter;
import io.meridian.observability.DegradedPath;
import io.meridian.snapshot.Follower;
import io.meridian.snapshot.FollowerSettings;
import io.meridian.snapshot.PropagationListener;
import io.meridian.snapshot.SnapshotStore;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.filter.NettyRoutingFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;

/** Puts the gateway together. Filters stand in the order of their numbers, after those of the edges. */
@Configuration(proxyBeanMethods = false)
class GatewayWiring {

    /** The most a request's head may have over HTTP/2; HTTP/1.1 has the same from {@code server.max-http-request-header-size}. */
    private static final long MAX_HEAD = 16 * 1024;

    private static final long MAX_STREAMS_PER_CONNECTION = 256;

    // Admission

    @Bean
    NettyServerCustomizer boundedRequests(AdmissionProperties admission) {
        return server -> server.requestTimeout(admission.requestTimeout())
                .http2Settings(http2 ->
                        http2.maxHeaderListSize(MAX_HEAD).maxConcurrentStreams(MAX_STREAMS_PER_CONNECTION));
    }

    @Bean
    @Order(10)
    PlainRequestFilter plainRequestFilter() {
        return new PlainRequestFilter();
    }

    @Bean
    Clients clients(AdmissionProperties admission) {
        return new Clients(admission.trustedProxies(), admission.customerHeader());
    }

    @Bean
    @Order(20)
    RateLimitFilter rateLimitFilter(RateLimiter limiter, Clients clients) {
        return new RateLimitFilter(limiter, clients);
    }

    @Bean
    @Order(30)
    WholeBodyFilter wholeBodyFilter() {
        return new WholeBodyFilter();
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    RateLimiter rateLimiter(
            ReactiveStringRedisTemplate redis, AdmissionProperties admission) {
        return new RateLimiter(
                admission.rate(),
                new RedisBuckets(redis, admission.rate()),
                admission.sharedPatience(),
                admission.sharedProbeInterval(),
                Schedulers.boundedElastic(),
                System::nanoTime);
    }

    @Bean
    CountedLimiter countedClients(RateLimiter limiter) {
        return new CountedClients(limiter);
    }

    /** A command for a Redis that is away fails at once instead of waiting for it. */
    @Bean
    LettuceClientOptionsBuilderCustomizer redisFailsFast() {
        return options -> options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS);
    }

    /** Lettuce would back off up to 30 s; a Redis that is back should be used soon. */
    @Bean
    ClientResourcesBuilderCustomizer redisReconnectsSoon(AdmissionProperties admission) {
        return resources -> resources.reconnectDelay(Delay.constant(admission.sharedProbeInterval()));
    }

    // Routing

    /** Runs on the threads of the server, so that an answer need not change threads on its way. */
    @Bean
    HttpClient httpClient(RoutingProperties routing, ReactorResourceFactory server) {
        return Upstreams.http(routing).runOn(server.getLoopResources());
    }

    @Bean
    RouteLocator routes(
            RouteLocatorBuilder builder,
            RoutingProperties routing,
            ObjectProvider<List<HttpHeadersFilter>> headersFilters,
            HttpClientProperties properties,
            ReactorResourceFactory server) {
        var client = Upstreams.grpc(routing).runOn(server.getLoopResources());
        var grpc = new NettyRoutingFilter(client, headersFilters, properties);
        return new Routes(builder, routing, grpc).locator();
    }

    @Bean
    InboundHeaders inboundHeaders(AdmissionProperties admission) {
        return new InboundHeaders(admission.customerHeader());
    }

    @Bean
    ImportanceHeaders importanceHeaders(Clients clients) {
        return new ImportanceHeaders(clients::nameOf, InstantSource.system());
    }

    @Bean
    Services services(RoutingProperties routing) {
        return new Services(routing, new LoggedEjections());
    }

    @Bean
    TargetFilter targetFilter(Services services) {
        return new TargetFilter(services);
    }

    @Bean
    TargetFilter.Memory triedInstances() {
        return new TargetFilter.Memory();
    }

    @Bean
    CountedInstances countedInstances(Services services) {
        return () -> services.all().stream()
                .flatMap(service -> service.view().stream()
                        .map(it -> new CountedInstances.Instance(
                                service.dependency(), it.instance(), it.out(), it.ejections())))
                .toList();
    }

    @Bean
    EventStreamFilter eventStreamFilter() {
        return new EventStreamFilter();
    }

    @Bean
    GrpcEnds grpcEnds() {
        return new GrpcEnds();
    }

    /** Without breakers every request is sent. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = "meridian.breaker.enabled", matchIfMissing = true)
    static class Guarding {

        @Bean
        BreakerFilter breakerFilter(Breakers breakers) {
            return new BreakerFilter(breakers);
        }

        @Bean
        DegradedPath degradedPlacing(Breakers breakers) {
            return new Placing(breakers);
        }
    }

    @Bean
    UpstreamFaultFilter upstreamFaultFilter() {
        return new UpstreamFaultFilter();
    }

    @Bean
    GrpcRefusals grpcRefusals() {
        return new GrpcRefusals();
    }

    /** Only where faults can be set. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty("meridian.faults.enabled")
    static class Faults {

        @Bean
        FaultyUpstreams faultyUpstreams(FaultBoard board) {
            return new FaultyUpstreams(board);
        }

        @Bean
        FaultTargets upstreamTargets() {
            return FaultyUpstreams::targets;
        }
    }

    // What is known of the stock

    @Bean
    GrpcStock grpcStock(StockProperties stock) {
        return new GrpcStock(stock.target());
    }

    @Bean
    Follower<String, Product> stockFollower(
            GrpcStock source, FollowerSettings settings, ObjectProvider<PropagationListener> listener) {
        return new Follower<>(
                "stock",
                source,
                new SnapshotStore<>(Product::version),
                settings,
                listener.getIfAvailable(() -> PropagationListener.NONE),
                System::nanoTime,
                InstantSource.system(),
                new SecureRandom());
    }

    @Bean
    StockFallback stockFallback(Follower<String, Product> stockFollower, StockProperties stock) {
        return new StockFallback(new KnownStock(stockFollower, stock.oldest()));
    }

    // Repeating

    @Bean
    RetryBudget orderRepetitions(RepeatingProperties repeating) {
        return repeating.budget("order", System::nanoTime);
    }

    @Bean
    RetryBudget inventoryRepetitions(RepeatingProperties repeating) {
        return repeating.budget("inventory", System::nanoTime);
    }

    @Bean
    RetryBudget paymentRepetitions(RepeatingProperties repeating) {
        return repeating.budget("payment", System::nanoTime);
    }

    @Bean
    Retries placingRetries(RepeatingProperties repeating, RetryBudget orderRepetitions) {
        return retries(Routes.ORDER_PLACING, repeating, orderRepetitions);
    }

    @Bean
    Retries orderRetries(RepeatingProperties repeating, RetryBudget orderRepetitions) {
        return retries(Routes.ORDER_READING, repeating, orderRepetitions);
    }

    @Bean
    Retries inventoryRetries(RepeatingProperties repeating, RetryBudget inventoryRepetitions) {
        return retries(Routes.INVENTORY, repeating, inventoryRepetitions);
    }

    @Bean
    Retries paymentRetries(RepeatingProperties repeating, RetryBudget paymentRepetitions) {
        return retries(Routes.PAYMENTS, repeating, paymentRepetitions);
    }

    private static Retries retries(String route, RepeatingProperties repeating, RetryBudget budget) {
        return new Retries(
                route, repeating.settings(), budget, new Latencies(System::nanoTime), ThreadLocalRandom::current);
    }

    @Bean
    RetryFilter retryFilter(List<Retries> retries, Services services, ObjectProvider<Breakers> breakers) {
        return new RetryFilter(retries, new Replicas(services, breakers), System::nanoTime);
    }

    @Bean
    AttemptNumber attemptNumber() {
        return new AttemptNumber();
    }

    @Bean
    AttemptHeads attemptHeads() {
        return new AttemptHeads();
    }

    // Console

    @Bean
    RouterFunction<ServerResponse> console(ApplicationContext door, ApplicationAvailability availability) {
        var pages = new Console(new ApiDocument(), availability).pages();
        // The management port would show them too.
        return RouterFunctions.nest(request -> request.exchange().getApplicationContext() == door, pages);
    }

    @Bean
    AccessLog accessLog(ApplicationContext door, ObjectProvider<TraceIds> traceIds) {
        return new AccessLog(door, traceIds.getIfAvailable(() -> () -> null), System::nanoTime);
    }

    /** The breaker of a route has the route's name. */
    private record Replicas(Services services, ObjectProvider<Breakers> breakers) implements Elsewhere {

        @Override
        public int untried(ServerWebExchange exchange) {
            return services.untried(exchange);
        }

        @Override
        public boolean hasRoom(String route) {
            var known = breakers.getIfAvailable();
            return known == null || !Retries.isSaturated(known.named(route).snapshot());
        }
    }

    /** Whether this gateway refuses what changes an order, under the name it is published by. */
    private record Placing(Breakers breakers) implements DegradedPath {

        private static final Set<String> REFUSING = Set.of("OPEN", "HALF_OPEN", "FORCED_OPEN");

        @Override
        public String name() {
            return "placing";
        }

        @Override
        public boolean isDegraded() {
            return REFUSING.contains(breakers.named(Routes.ORDER_PLACING).snapshot().state());
        }
    }

    private record CountedClients(RateLimiter limiter) implements CountedLimiter {

        @Override
        public String name() {
            return "clients";
        }

        @Override
        public Decisions together() {
            return new Decisions(
                    limiter.together().admitted(), limiter.together().refused());
        }

        @Override
        public Decisions alone() {
            return new Decisions(limiter.alone().admitted(), limiter.alone().refused());
        }

        @Override
        public boolean isAlone() {
            return limiter.isAlone();
        }
    }
}
