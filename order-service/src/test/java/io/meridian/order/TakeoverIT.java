package io.meridian.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.meridian.contracts.inventory.v1.HoldResponse;
import io.meridian.contracts.inventory.v1.Shortage;
import io.meridian.order.fake.World;
import io.meridian.order.model.IdempotencyKey;
import io.meridian.order.model.Line;
import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.State;
import io.meridian.order.placing.Drive;
import io.meridian.order.placing.Neighbours;
import io.meridian.order.placing.Outcome;
import io.meridian.order.placing.PlaceOrder;
import io.meridian.order.placing.Stock;
import io.meridian.order.remote.GrpcPayments;
import io.meridian.order.remote.GrpcStock;
import io.meridian.order.remote.Peer;
import io.meridian.order.settling.SettleOrders;
import io.meridian.order.settling.Settling;
import io.meridian.order.store.JdbcOrders;
import io.meridian.order.store.JdbcUnfinished;
import io.meridian.order.store.OrderBell;
import io.meridian.testkit.Database;
import io.meridian.testkit.Parts;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * Two drivers of one order, as in two instances, over the real journal and with neighbours over gRPC: one freezes around a question, as a
 * process that is stopped or collects garbage, the other takes the order over, and then the first wakes.
 */
class TakeoverIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** Short, so that a lease runs out soon; the drivers' own time is not. */
    private static final Settling SETTLING = new Settling(
            16, Duration.ofMillis(50), Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofHours(1));

    private final FakePeers peers = FakePeers.started();
    private final List<Order> announced = new CopyOnWriteArrayList<>();
    private Database database;
    private HikariDataSource pool;
    private OrderBell bell;
    private ManagedChannel channel;
    private JdbcOrders orders;
    private JdbcUnfinished unfinished;
    private GrpcStock stock;
    private GrpcPayments payments;

    @BeforeEach
    void begin() {
        database = Parts.postgres().freshDatabase();
        var config = new HikariConfig();
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(database.username());
        config.setPassword(database.password());
        pool = new HikariDataSource(config);
        Flyway.configure().dataSource(pool).load().migrate();
        var jdbc = JdbcClient.create(pool);
        bell = new OrderBell(
                jdbc,
                () -> DriverManager.getConnection(database.jdbcUrl(), database.username(), database.password()),
                System::nanoTime);
        bell.start();
        orders = new JdbcOrders(
                jdbc, new JdbcTransactionManager(pool), announced::add, bell, Duration.ofHours(24), Duration.ofMillis(1));
        unfinished = new JdbcUnfinished(jdbc);
        channel = Grpc.newChannelBuilder("127.0.0.1:" + peers.port(), InsecureChannelCredentials.create())
                .build();
        var peer = new Peer("neighbour", channel, System::nanoTime);
        stock = new GrpcStock(peer, InstantSource.system());
        payments = new GrpcPayments(peer);
    }

    @AfterEach
    void end() throws InterruptedException {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        peers.stop();
        bell.stop();
        pool.close();
        Parts.postgres().drop(database);
    }

    @Test
    void aForegroundThatFreezesBeforeItsQuestionIsRefusedWhenItWakesAndAnswersFromTheJournal() throws Exception {
        var frozen = new Frozen(true);
        var answer = CompletableFuture.supplyAsync(() -> place(frozen), Executors.newVirtualThreadPerTaskExecutor());
        frozen.awaitFrozen();

        settleUntilEnded();
        frozen.thaw();

        assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).outcome())
                .isInstanceOfSatisfying(Outcome.Confirmed.class, it -> {
                    assertThat(it.order()).isEqualTo(found(it.order().id()));
                    assertThat(peers.isHeld(it.order().id().toString())).isTrue();
                });
        assertThat(peers.refusedEpochs()).isEqualTo(1);
    }

    @Test
    void aForegroundThatFreezesAfterItsAnswerWritesNothingWhenItWakesAndAnswersFromTheJournal() throws Exception {
        var frozen = new Frozen(false);
        var answer = CompletableFuture.supplyAsync(() -> place(frozen), Executors.newVirtualThreadPerTaskExecutor());
        frozen.awaitFrozen();

        settleUntilEnded();
        frozen.thaw();

        assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).outcome()).isInstanceOf(Outcome.Confirmed.class);
        assertThat(peers.refusedEpochs()).isZero();
        assertThat(peers.authorisations()).isEqualTo(1);
    }

    @Test
    void aSettlerThatWakesAfterAnotherRefusedTheOrderChangesNothing() throws Exception {
        var order = refusedWhileASettlerWasFrozen();

        assertThat(peers.isHeld(order.toString())).isFalse();
        assertThat(peers.refusedEpochs()).isEqualTo(1);
        assertThat(found(order).state()).isEqualTo(State.REJECTED);
    }

    /** The control: where inventory takes any epoch, the sleeper sets stock aside for an order that was refused. */
    @Test
    void withoutTheCheckTheSleeperSetsStockAsideForARefusedOrder() throws Exception {
        peers.fence(false);

        var order = refusedWhileASettlerWasFrozen();

        assertThat(peers.isHeld(order.toString())).isTrue();
        assertThat(found(order).state()).isEqualTo(State.REJECTED);
    }

    /** One instance freezes with all the orders it has taken; the other ends every one of them, and nothing is done twice. */
    @Test
    void anInstanceThatFreezesWithItsHandsFullIsReplacedByAnother() throws Exception {
        peers.onHold(_ -> {
            throw Status.DEADLINE_EXCEEDED.asRuntimeException();
        });
        var placed = IntStream.range(0, 30)
                .mapToObj(_ -> ((Outcome.Unfinished) place(stock).outcome()).order())
                .toList();
        peers.heal();
        var frozen = new Frozen(true);
        var sleeper = CompletableFuture.supplyAsync(
                () -> settlerWith(frozen).settleDue(), Executors.newVirtualThreadPerTaskExecutor());
        frozen.awaitFrozen();

        settleUntilEnded();
        frozen.thaw();

        var taken = sleeper.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(taken).isBetween(1, SETTLING.atOnce());
        assertThat(peers.refusedEpochs()).isEqualTo(taken);
        assertThat(placed).allSatisfy(it -> {
            assertThat(found(it).state()).isEqualTo(State.CONFIRMED);
            assertThat(announced).filteredOn(end -> end.id().equals(it)).hasSize(1);
        });
        assertThat(peers.authorisations()).isEqualTo(placed.size());
    }

    private OrderId refusedWhileASettlerWasFrozen() throws Exception {
        peers.onHold(_ -> {
            throw Status.DEADLINE_EXCEEDED.asRuntimeException();
        });
        var unfinishedOrder = ((Outcome.Unfinished) place(stock).outcome()).order();
        peers.heal();
        var frozen = new Frozen(true);
        var sleeper = CompletableFuture.supplyAsync(
                () -> settlerWith(frozen).settleDue(), Executors.newVirtualThreadPerTaskExecutor());
        frozen.awaitFrozen();
        peers.onHold(_ -> HoldResponse.newBuilder()
                .setShortage(Shortage.newBuilder().addSkus("SKU-0001"))
                .build());
        settleUntilEnded();
        peers.heal();
        frozen.thaw();
        assertThat(sleeper.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1);
        return unfinishedOrder;
    }

    private PlaceOrder.Answer place(Stock with) {
        return new PlaceOrder(
                        orders, drive(with), Neighbours.ALWAYS_THERE, InstantSource.system(), new Random())
                .place(World.draft("tok_ok"), new IdempotencyKey(UUID.randomUUID().toString()));
    }

    private void settleUntilEnded() {
        var settler = settlerWith(stock);
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (isAnythingUnfinished()) {
            assertThat(System.nanoTime() - end).isNegative();
            settler.settleDue();
        }
    }

    private boolean isAnythingUnfinished() {
        return JdbcClient.create(pool)
                        .sql("SELECT count(*) FROM order_status WHERE status = 'PENDING'")
                        .query(Long.class)
                        .single()
                > 0;
    }

    private SettleOrders settlerWith(Stock with) {
        return new SettleOrders(
                unfinished, drive(with), SETTLING, Executors::newVirtualThreadPerTaskExecutor, new Random(3));
    }

    private Drive drive(Stock with) {
        return new Drive(with, payments, orders, World.PATIENCE, InstantSource.system(), System::nanoTime);
    }

    private Order found(OrderId id) {
        return orders.find(id).orElseThrow().order();
    }

    /** Inventory as a process sees it that is stopped for a while, before or after it asks. */
    private final class Frozen implements Stock {

        private final boolean before;
        private final CountDownLatch isFrozen = new CountDownLatch(1);
        private final CountDownLatch thawed = new CountDownLatch(1);

        Frozen(boolean before) {
            this.before = before;
        }

        void awaitFrozen() throws InterruptedException {
            assertThat(isFrozen.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }

        void thaw() {
            thawed.countDown();
        }

        @Override
        public Answer hold(OrderId order, long epoch, List<Line> lines, Duration within) {
            if (before) {
                freeze();
                return stock.hold(order, epoch, lines, within);
            }
            var answer = stock.hold(order, epoch, lines, within);
            freeze();
            return answer;
        }

        @Override
        public void release(OrderId order, long epoch, Duration within) {
            stock.release(order, epoch, within);
        }

        private void freeze() {
            isFrozen.countDown();
            try {
                assertThat(thawed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
