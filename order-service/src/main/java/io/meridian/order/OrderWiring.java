package io.meridian.order;

import io.grpc.netty.NettyChannelBuilder;
import io.meridian.breaker.Breakers;
import io.meridian.deadline.DeadlineScope;
import io.meridian.observability.CountedReplays;
import io.meridian.observability.DegradedPath;
import io.meridian.order.events.Listeners;
import io.meridian.order.events.OutboxAnnouncements;
import io.meridian.order.events.Topics;
import io.meridian.order.grpc.OrderGrpc;
import io.meridian.order.http.UnfinishedEndpoint;
import io.meridian.order.model.Sku;
import io.meridian.order.model.StoreUnavailable;
import io.meridian.order.placing.Drive;
import io.meridian.order.placing.Neighbours;
import io.meridian.order.placing.Orders;
import io.meridian.order.placing.PlaceOrder;
import io.meridian.order.remote.BreakersOnTheWay;
import io.meridian.order.remote.FollowedCatalogue;
import io.meridian.order.remote.GrpcCatalogue;
import io.meridian.order.remote.GrpcPayments;
import io.meridian.order.remote.GrpcStock;
import io.meridian.order.remote.KnownWindow;
import io.meridian.order.remote.Listed;
import io.meridian.order.remote.Peer;
import io.meridian.order.remote.TriedOnce;
import io.meridian.order.remote.WarmPeers;
import io.meridian.order.settling.CancelOrder;
import io.meridian.order.settling.FollowOrder;
import io.meridian.order.settling.SettleOrders;
import io.meridian.order.settling.TendOrders;
import io.meridian.order.settling.Unfinished;
import io.meridian.order.store.ExpiredKeys;
import io.meridian.order.store.JdbcBacklog;
import io.meridian.order.store.JdbcOrders;
import io.meridian.order.store.JdbcUnfinished;
import io.meridian.order.store.JdbcViews;
import io.meridian.order.store.OrderBell;
import io.meridian.order.viewing.WatchOrder;
import io.meridian.outbox.Background;
import io.meridian.outbox.jdbc.Inbox;
import io.meridian.outbox.jdbc.Outbox;
import io.meridian.snapshot.Follower;
import io.meridian.snapshot.FollowerSettings;
import io.meridian.snapshot.PropagationListener;
import io.meridian.snapshot.SnapshotStore;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.admin.NewTopic;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.grpc.client.GrpcChannelBuilderCustomizer;
import org.springframework.grpc.client.GrpcChannelFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.transaction.PlatformTransactionManager;

/** How the rooms of this service are joined. */
@Configuration(proxyBeanMethods = false)
@Profile("!" + ReconcileWiring.PROFILE)
@EnableScheduling
class OrderWiring {

    private static final int PARTITIONS = 6;
    private static final Duration FORGET_EVERY = Duration.ofMinutes(10);
    private static final Duration BACKGROUND = Duration.ofMinutes(1);

    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }

    @Bean
    GrpcChannelBuilderCustomizer<?> triedOnce() {
        return new TriedOnce<>();
    }

    @Bean
    GrpcChannelBuilderCustomizer<NettyChannelBuilder> knownWindow() {
        return new KnownWindow();
    }

    @Bean
    Peer inventory(GrpcChannelFactory channels) {
        return new Peer("inventory", channels.createChannel("inventory"), System::nanoTime);
    }

    @Bean
    GrpcStock stock(Peer inventory, InstantSource clock) {
        return new GrpcStock(inventory, clock);
    }

    @Bean
    Follower<Sku, Listed> catalogueFollower(
            Peer inventory, FollowerSettings settings, ObjectProvider<PropagationListener> listener) {
        return new Follower<>(
                "products",
                new GrpcCatalogue(inventory),
                new SnapshotStore<>(Listed::version),
                settings,
                listener.getIfAvailable(() -> PropagationListener.NONE),
                System::nanoTime,
                InstantSource.system(),
                new SecureRandom());
    }

    @Bean
    GrpcPayments payments(GrpcChannelFactory channels) {
        return new GrpcPayments(new Peer("payment", channels.createChannel("payment"), System::nanoTime));
    }

    @Bean
    WarmPeers warmPeers(GrpcStock stock, GrpcPayments payments, OrderSettings settings) {
        return new WarmPeers(stock, payments, settings.placing().warm());
    }

    @Bean
    OrderBell orderBell(JdbcClient jdbc, JdbcConnectionDetails database) {
        return new OrderBell(
                jdbc,
                () -> DriverManager.getConnection(
                        database.getJdbcUrl(), database.getUsername(), database.getPassword()),
                System::nanoTime);
    }

    @Bean
    JdbcOrders orders(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            Outbox outbox,
            OrderBell bell,
            OrderSettings settings) {
        return new JdbcOrders(
                jdbc,
                transactions,
                new OutboxAnnouncements(outbox),
                bell,
                settings.keysKept(),
                settings.settling().after());
    }

    @Bean
    JdbcUnfinished unfinished(JdbcClient jdbc) {
        return new JdbcUnfinished(jdbc);
    }

    @Bean
    JdbcViews views(JdbcClient jdbc) {
        return new JdbcViews(jdbc);
    }

    @Bean
    ExpiredKeys expiredKeys(JdbcClient jdbc, OrderSettings settings) {
        return new ExpiredKeys(jdbc, settings.keysKept());
    }

    @Bean
    Drive drive(
            GrpcStock stock, GrpcPayments payments, Orders orders, OrderSettings settings, InstantSource clock) {
        return new Drive(stock, payments, orders, settings.placing().patience(), clock, System::nanoTime);
    }

    /** Without breakers every order is begun, and whoever is away is found out by it. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = "meridian.breaker.enabled", matchIfMissing = true)
    static class Guarding {

        @Bean
        BreakersOnTheWay neighbours(Breakers breakers) {
            return new BreakersOnTheWay(breakers, List.of("inventory", "payment"));
        }

        @Bean
        DegradedPath degradedPlacing(BreakersOnTheWay neighbours) {
            return new Placing(neighbours);
        }
    }

    @Bean
    PlaceOrder placeOrder(
            Orders orders,
            Drive drive,
            ObjectProvider<BreakersOnTheWay> neighbours,
            InstantSource clock,
            Follower<Sku, Listed> catalogueFollower,
            FollowerSettings following) {
        Neighbours there = neighbours.getIfAvailable();
        return new PlaceOrder(
                orders,
                drive,
                there == null ? Neighbours.ALWAYS_THERE : there,
                new FollowedCatalogue(catalogueFollower, following.lateAfter()),
                clock,
                new SecureRandom());
    }

    @Bean
    CountedReplays countedOrders(PlaceOrder placeOrder) {
        return new CountedOrders(placeOrder);
    }

    @Bean
    CancelOrder cancelOrder(Orders orders, InstantSource clock) {
        return new CancelOrder(orders, clock);
    }

    @Bean
    FollowOrder followOrder(Orders orders, InstantSource clock) {
        return new FollowOrder(orders, clock);
    }

    @Bean
    SettleOrders settleOrders(Unfinished unfinished, Drive drive, OrderSettings settings) {
        return new SettleOrders(
                unfinished,
                drive,
                settings.settling().settling(),
                () -> settlers(settings.settling().lease()),
                new SecureRandom());
    }

    @Bean
    TendOrders tendOrders(JdbcClient jdbc, Unfinished unfinished, Drive drive, OrderSettings settings) {
        return new TendOrders(
                new JdbcBacklog(jdbc),
                unfinished,
                drive,
                settings.settling().settling(),
                settings.settling().stuckAfter(),
                new SecureRandom());
    }

    /** The name is that of the component in the service's health. */
    @Bean
    LookAfter unfinishedOrders(TendOrders tendOrders) {
        return new LookAfter(tendOrders);
    }

    @Bean
    UnfinishedEndpoint unfinishedEndpoint(TendOrders tendOrders, OrderSettings settings) {
        return new UnfinishedEndpoint(tendOrders, settings.settling().lease());
    }

    /** Whoever ordered does not wait any more, so each order that is settled has a time of its own, and none of another's. */
    private static ExecutorService settlers(Duration lease) {
        return Executors.newThreadPerTaskExecutor(task -> Thread.ofVirtual()
                .name("settling")
                .unstarted(() -> DeadlineScope.detached("settling", lease, () -> {
                    task.run();
                    return true;
                })));
    }

    @Bean
    Background background() {
        return (name, work) -> DeadlineScope.detached(name, BACKGROUND, () -> {
            work.run();
            return true;
        });
    }

    @Bean
    WatchOrder watchOrder(JdbcViews views, OrderBell bell, OrderSettings settings) {
        return new WatchOrder(
                views, bell, settings.watching().atOnce(), settings.watching().longest(), System::nanoTime);
    }

    /** Ends the streams before the server waits for its requests to end. */
    @Bean
    SmartLifecycle endOfWatching(WatchOrder watchOrder) {
        return new EndOfWatching(watchOrder);
    }

    @Bean
    OrderGrpc orderGrpc(PlaceOrder placeOrder, CancelOrder cancelOrder, JdbcViews views, WatchOrder watchOrder) {
        return new OrderGrpc(placeOrder, cancelOrder, views, watchOrder);
    }

    @Bean
    Listeners listeners(Inbox inbox, FollowOrder followOrder) {
        return new Listeners(inbox, followOrder);
    }

    @Bean
    KafkaAdmin.NewTopics topics() {
        return new KafkaAdmin.NewTopics(
                topic(Topics.ORDERS), topic(Topics.INVENTORY + ".dlt"), topic(Topics.PAYMENTS + ".dlt"));
    }

    @Bean
    SchedulingConfigurer schedule(
            SettleOrders settleOrders, ExpiredKeys expiredKeys, LookAfter unfinishedOrders, OrderSettings settings) {
        return tasks -> {
            // At a rate: tasks with a delay share a thread, and whoever tells that settling hangs must not wait for it.
            tasks.addFixedRateTask(
                    whileTheDatabaseIsThere(unfinishedOrders::look), settings.settling().lookEvery());
            tasks.addFixedDelayTask(whileTheDatabaseIsThere(settleOrders::settleDue), settings.settling().every());
            tasks.addFixedDelayTask(whileTheDatabaseIsThere(expiredKeys::forget), FORGET_EVERY);
        };
    }

    /** A database that is away is logged where it is met, and asked again at the next turn. */
    private static Runnable whileTheDatabaseIsThere(Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (StoreUnavailable _) {
                // the next turn is soon enough
            }
        };
    }

    /** What placing counts, under the name it is published by. */
    private record CountedOrders(PlaceOrder placeOrder) implements CountedReplays {

        @Override
        public String name() {
            return "orders";
        }

        @Override
        public long replays() {
            return placeOrder.replays();
        }
    }

    /** Whether orders are refused, under the name it is published by. */
    private record Placing(BreakersOnTheWay neighbours) implements DegradedPath {

        @Override
        public String name() {
            return "placing";
        }

        @Override
        public boolean isDegraded() {
            return neighbours.isClosed();
        }
    }

    private static NewTopic topic(String name) {
        return new NewTopic(name, PARTITIONS, (short) 1);
    }
}
