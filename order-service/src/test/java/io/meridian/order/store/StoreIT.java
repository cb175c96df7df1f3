package io.meridian.order.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.meridian.order.fake.OrdersContract;
import io.meridian.order.model.Fact;
import io.meridian.order.model.Order;
import io.meridian.order.model.OrderId;
import io.meridian.order.model.Step;
import io.meridian.order.model.StoreUnavailable;
import io.meridian.order.placing.Claim;
import io.meridian.order.placing.Orders;
import io.meridian.order.settling.Backlog;
import io.meridian.order.settling.Unfinished;
import io.meridian.order.viewing.Update;
import io.meridian.testkit.Database;
import io.meridian.testkit.Parts;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import tools.jackson.databind.json.JsonMapper;

/** The journal in PostgreSQL, without the rest of the service. */
class StoreIT extends OrdersContract {

    private static Database database;
    private static HikariDataSource pool;
    private static JdbcClient jdbc;
    private static OrderBell bell;
    private static JdbcOrders orders;
    private static JdbcUnfinished unfinished;
    private static JdbcViews views;
    private static final List<Order> announced = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void migrate() {
        database = Parts.postgres().freshDatabase();
        var config = new HikariConfig();
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(database.username());
        config.setPassword(database.password());
        config.setMaximumPoolSize(16);
        pool = new HikariDataSource(config);
        Flyway.configure().dataSource(pool).load().migrate();
        jdbc = JdbcClient.create(pool);
        bell = bell();
        bell.start();
        orders = new JdbcOrders(
                jdbc, new JdbcTransactionManager(pool), announced::add, bell, Duration.ofHours(24), Duration.ofSeconds(6));
        unfinished = new JdbcUnfinished(jdbc);
        views = new JdbcViews(jdbc);
    }

    @AfterAll
    static void drop() {
        bell.stop();
        pool.close();
        Parts.postgres().drop(database);
    }

    private static OrderBell bell() {
        return new OrderBell(
                jdbc,
                () -> DriverManager.getConnection(database.jdbcUrl(), database.username(), database.password()),
                System::nanoTime);
    }

    @Override
    protected Orders orders() {
        return orders;
    }

    @Override
    protected Unfinished unfinished() {
        return unfinished;
    }

    @Override
    protected Backlog backlog() {
        return new JdbcBacklog(jdbc);
    }

    @Override
    protected void becomeDue(OrderId id) {
        jdbc.sql("UPDATE order_status SET next_attempt_at = now(), lease_until = NULL WHERE order_id = :id")
                .param("id", id.value())
                .update();
    }

    @Override
    protected List<Step> steps(OrderId id) {
        return views.after(id, 0).stream().map(Update::step).toList();
    }

    @Override
    protected int announced(OrderId id) {
        return (int) announced.stream().filter(it -> it.id().equals(id)).count();
    }

    @Test
    void fiftyClaimsAtOnceAreOneOrder() throws Exception {
        var key = key();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var claims = threads.invokeAll(IntStream.range(0, 50)
                    .<Callable<Claim>>mapToObj(_ -> () -> orders.claim(placed(), CARD, key, "f"))
                    .toList());
            var fresh = new ArrayList<Claim>();
            for (var claim : claims) {
                if (claim.get() instanceof Claim.Fresh it) {
                    fresh.add(it);
                }
            }
            assertThat(fresh).hasSize(1);
        }
    }

    @Test
    void whatAKeyWasUsedForIsFoundWithoutUsingIt() {
        var key = key();
        var order = placed();
        var customer = order.placement().customer();

        assertThat(orders.earlier(customer, key, "f")).isEmpty();
        assertThat(orders.claim(order, CARD, key, "f")).isInstanceOf(Claim.Fresh.class);
        assertThat(orders.earlier(customer, key, "f"))
                .hasValueSatisfying(it -> assertThat(it).isInstanceOf(Claim.Repeated.class));
        assertThat(orders.earlier(customer, key, "g")).contains(new Claim.OtherRequest());
    }

    @Test
    void aKeyIsForgottenWhenItsTimeIsOver() {
        var key = key();
        var first = placed();
        orders.claim(first, CARD, key, "f");
        jdbc.sql("UPDATE idempotency_keys SET claimed_at = now() - INTERVAL '25 hours' WHERE order_id = :id")
                .param("id", first.id().value())
                .update();

        assertThat(orders.claim(placed(), CARD, key, "g")).isInstanceOf(Claim.Fresh.class);
        assertThat(new ExpiredKeys(jdbc, Duration.ofHours(24)).forget()).isZero();
        jdbc.sql("UPDATE idempotency_keys SET claimed_at = now() - INTERVAL '25 hours' WHERE customer_id = :customer")
                .param("customer", first.placement().customer().value())
                .update();
        assertThat(new ExpiredKeys(jdbc, Duration.ofHours(24)).forget()).isEqualTo(1);
    }

    @Test
    void anAnnouncementThatFailsTakesTheEndBack() {
        var failing = new JdbcOrders(
                jdbc,
                new JdbcTransactionManager(pool),
                _ -> {
                    throw new IllegalStateException("no");
                },
                bell,
                Duration.ofHours(24),
                Duration.ofSeconds(6));
        var entry = claimed();

        assertThatThrownBy(() -> failing.write(entry, next(entry, new Fact.CancelAsked())))
                .isInstanceOf(IllegalStateException.class);
        assertThat(orders.find(entry.order().id())).contains(entry);
        assertThat(steps(entry.order().id())).containsExactly(Step.PENDING);
    }

    @Test
    void theCardIsForgottenWhenTheOrderEnds() {
        var ended = write(claimed(), new Fact.CancelAsked());

        assertThat(jdbc.sql("SELECT count(*) FROM order_status WHERE order_id = :id AND payment_token IS NULL")
                        .param("id", ended.order().id().value())
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void dueOrdersAreSharedOutAndNoneIsLeasedTwice() throws Exception {
        var ids = IntStream.range(0, 40).mapToObj(_ -> claimed().order().id()).toList();
        ids.forEach(this::becomeDue);
        var leased = new CopyOnWriteArrayList<OrderId>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 8).forEach(_ -> threads.execute(() -> {
                for (var round = 0; round < 20; round++) {
                    unfinished.lease(3, Duration.ofSeconds(15)).forEach(it -> leased.add(it.entry().order().id()));
                }
            }));
        }
        assertThat(leased).containsAll(ids).doesNotHaveDuplicates();
    }

    @Test
    void aCancellationAndAConfirmationAtOnceAreOneEndThenPerhapsTheOther() throws Exception {
        for (var round = 0; round < 30; round++) {
            var entry = write(claimed(), new Fact.Held(pricing()));
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var confirmed = threads.submit(() -> orders.write(entry, next(entry, new Fact.Authorised())));
                var cancelled = threads.submit(() -> orders.write(entry, next(entry, new Fact.CancelAsked())));
                assertThat(confirmed.get().isPresent()).isNotEqualTo(cancelled.get().isPresent());
            }
            assertThat(steps(entry.order().id())).hasSize(2);
        }
    }

    @Test
    void theBellOfAnotherInstanceRingsHere() throws Exception {
        var other = bell();
        other.start();
        var entry = claimed();
        try (var ear = other.listen(entry.order().id())) {
            assertThat(ear.await(Duration.ofSeconds(30))).isTrue(); // it has asked once, and will not find anything new

            bell.ring(entry.order().id()); // as after a write, but that nothing was written

            assertThat(ear.await(Duration.ofSeconds(30))).isTrue();
        } finally {
            other.stop();
        }
    }

    @Test
    void aBellThatNobodyRingsIsSilent() throws Exception {
        var entry = claimed();
        try (var ear = bell.listen(entry.order().id())) {
            assertThat(ear.await(Duration.ofSeconds(30))).isTrue();
            assertThat(ear.await(Duration.ofMillis(2_500))).isFalse();
        }
    }

    @Test
    void aDatabaseThatIsAwayIsToldFromAStatementThatIsWrong() {
        var config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://127.0.0.1:1/nothing");
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(250);
        try (var away = new HikariDataSource(config)) {
            assertThatThrownBy(() -> new JdbcViews(JdbcClient.create(away)).find(placed().id()))
                    .isInstanceOf(StoreUnavailable.class);
            assertThatThrownBy(() -> Faults.translated(() -> jdbc.sql("NONSENSE").update()))
                    .isNotInstanceOf(StoreUnavailable.class);
        }
    }

    /** What a change of state costs in the write-ahead log, beside a table that keeps an order in one row. */
    @Test
    void aChangeOfStateWritesLessThanTheWholeOrder() {
        var id = write(claimed(), new Fact.Held(pricing())).order().id().value();
        jdbc.sql("""
                        CREATE TABLE whole_orders AS
                        SELECT o.*, s.*, (SELECT jsonb_agg(l) FROM order_lines l WHERE l.order_id = o.id) AS lines
                        FROM orders o JOIN order_status s ON s.order_id = o.id
                        WHERE o.id = :id
                        """).param("id", id).update();

        var narrow = walBytes("UPDATE order_status SET version = version + 1, updated_at = now() WHERE order_id = '" + id + "'");
        var whole = walBytes("UPDATE whole_orders SET version = version + 1, updated_at = now() WHERE order_id = '" + id + "'");

        assertThat(narrow).isPositive().isLessThan(whole * 6 / 10);
    }

    /** Of the second run: the first one after a checkpoint copies the page. */
    private static long walBytes(String statement) {
        var plan = "EXPLAIN (ANALYZE, WAL, FORMAT JSON) " + statement;
        jdbc.sql(plan).query(String.class).single();
        return JsonMapper.builder()
                .build()
                .readTree(jdbc.sql(plan).query(String.class).single())
                .get(0)
                .get("Plan")
                .get("WAL Bytes")
                .asLong();
    }
}
