package io.meridian.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.meridian.contracts.inventory.v1.InventoryServiceGrpc.InventoryServiceImplBase;
import io.meridian.contracts.inventory.v1.ListHoldsRequest;
import io.meridian.contracts.inventory.v1.ListHoldsResponse;
import io.meridian.contracts.inventory.v1.OrderHold;
import io.meridian.contracts.payment.v1.ListPaymentsRequest;
import io.meridian.contracts.payment.v1.ListPaymentsResponse;
import io.meridian.contracts.payment.v1.Payment;
import io.meridian.contracts.payment.v1.PaymentServiceGrpc.PaymentServiceImplBase;
import io.meridian.testkit.Database;
import io.meridian.testkit.Parts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The job as its profile makes it, on a real database, between neighbours of this JVM that have what the test says. */
class ReconcileJobIT {

    private static final long TOTAL = 3_998;

    private static Database database;
    private static JdbcClient jdbc;
    private static Server neighbours;
    private static final ConcurrentSkipListMap<String, Payment> payments = new ConcurrentSkipListMap<>();
    private static final ConcurrentSkipListMap<String, OrderHold> holds = new ConcurrentSkipListMap<>();
    private static final AtomicInteger refusals = new AtomicInteger();

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() throws IOException {
        database = Parts.postgres().freshDatabase();
        var source = new DriverManagerDataSource(database.jdbcUrl(), database.username(), database.password());
        Flyway.configure().dataSource(source).load().migrate();
        jdbc = JdbcClient.create(source);
        neighbours = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(new Payments())
                .addService(new Holds())
                .build()
                .start();
    }

    @AfterAll
    static void stop() {
        neighbours.shutdownNow();
        Parts.postgres().drop(database);
    }

    @BeforeEach
    void nothingYet() {
        payments.clear();
        holds.clear();
        refusals.set(0);
        jdbc.sql("TRUNCATE orders, order_lines, order_status, order_transitions").update();
    }

    @Test
    void endsWithZeroWhereNothingDiffers() throws IOException {
        confirmed();
        confirmed();

        assertThat(run("--meridian.reconcile.page-size=1")).isZero();
        assertThat(report().path("orders").asInt()).isEqualTo(2);
        assertThat(report().path("clean").asBoolean()).isTrue();
    }

    @Test
    void endsWithOneAndNamesWhatDiffers() throws IOException {
        confirmed();
        var unpaid = confirmed();
        payments.remove(unpaid);
        var unknown = id();
        holds.put(unknown, hold(unknown));

        assertThat(run()).isEqualTo(1);
        assertThat(report().path("differences").valueStream()
                        .map(it -> it.path("kind").asString() + " " + it.path("orderId").asString()))
                .containsExactlyInAnyOrder("NOT_CAPTURED " + unpaid, "HOLD_WITHOUT_ORDER " + unknown);
    }

    @Test
    void aNeighbourThatRefusesIsAskedAgain() {
        confirmed();
        refusals.set(2);

        assertThat(run()).isZero();
    }

    @Test
    void endsWithTwoIfItCannotLook() throws IOException {
        confirmed();
        refusals.set(Integer.MAX_VALUE);

        assertThat(run()).isEqualTo(2);
        assertThat(report().path("looked").asBoolean(true)).isFalse();
        assertThat(report().path("why").asString()).contains("payment", "UNAVAILABLE");
    }

    private int run(String... more) {
        var arguments = new ArrayList<>(List.of(
                "--spring.profiles.active=reconcile",
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=" + database.username(),
                "--spring.datasource.password=" + database.password(),
                "--spring.grpc.client.channel.payment.target=static://127.0.0.1:" + neighbours.getPort(),
                "--spring.grpc.client.channel.inventory.target=static://127.0.0.1:" + neighbours.getPort(),
                "--meridian.reconcile.grace=0s",
                "--meridian.reconcile.patience=300ms",
                "--meridian.reconcile.between=100ms",
                "--meridian.reconcile.report=" + directory.resolve("report.json")));
        arguments.addAll(List.of(more));
        return SpringApplication.exit(SpringApplication.run(OrderApplication.class, arguments.toArray(String[]::new)));
    }

    private JsonNode report() throws IOException {
        return JsonMapper.shared().readTree(Files.readString(directory.resolve("report.json")));
    }

    private static String id() {
        return new UUID(System.currentTimeMillis() << 16 | 0x7000, UUID.randomUUID().getLeastSignificantBits()).toString();
    }

    private static String confirmed() {
        var id = id();
        jdbc.sql("INSERT INTO orders (id, customer_id, created_at) VALUES (CAST(:id AS UUID), 'c-1', now())")
                .param("id", id)
                .update();
        jdbc.sql("""
                        INSERT INTO order_lines (order_id, position, sku, quantity, unit_price, currency)
                        VALUES (CAST(:id AS UUID), 0, 'SKU-0001', 2, 1999, 'EUR')
                        """)
                .param("id", id)
                .update();
        jdbc.sql("""
                        INSERT INTO order_status
                            (order_id, status, version, steps, held_until, confirmed_at, updated_at, next_attempt_at)
                        VALUES (CAST(:id AS UUID), 'CONFIRMED', 2, 0, now(), now(), now(), now())
                        """)
                .param("id", id)
                .update();
        payments.put(id, payment(id));
        holds.put(id, hold(id));
        return id;
    }

    private static Payment payment(String id) {
        var payment = Payment.newBuilder().setOrderId(id).setStatus(Payment.Status.STATUS_CAPTURED);
        payment.getAmountBuilder().setAmount(TOTAL).setCurrency("EUR");
        return payment.build();
    }

    private static OrderHold hold(String id) {
        var hold = OrderHold.newBuilder().setOrderId(id).setStatus(OrderHold.Status.STATUS_COMMITTED);
        hold.addLinesBuilder().setSku("SKU-0001").setQuantity(2);
        return hold.build();
    }

    private static <T> List<T> page(ConcurrentSkipListMap<String, T> all, String after, int limit) {
        return new TreeMap<>(all.tailMap(after, false)).values().stream().limit(limit).toList();
    }

    private static final class Payments extends PaymentServiceImplBase {

        @Override
        public void listPayments(ListPaymentsRequest request, StreamObserver<ListPaymentsResponse> caller) {
            if (refusals.getAndDecrement() > 0) {
                caller.onError(Status.UNAVAILABLE.withDescription("too much to do").asRuntimeException());
                return;
            }
            caller.onNext(ListPaymentsResponse.newBuilder()
                    .addAllPayments(page(payments, request.getAfter(), request.getLimit()))
                    .build());
            caller.onCompleted();
        }
    }

    private static final class Holds extends InventoryServiceImplBase {

        @Override
        public void listHolds(ListHoldsRequest request, StreamObserver<ListHoldsResponse> caller) {
            caller.onNext(ListHoldsResponse.newBuilder()
                    .addAllHolds(page(holds, request.getAfter(), request.getLimit()))
                    .build());
            caller.onCompleted();
        }
    }
}
