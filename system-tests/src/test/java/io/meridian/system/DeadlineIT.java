package io.meridian.system;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.system.Door.Answer;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Wherever a deadline passes or a client leaves, the answer is in time, nothing goes on for nobody, and an order that exists reaches an
 * end by itself.
 *
 * <p>The bounds here are for a loaded machine; {@code docs/evidence/deadlines.md} has the measured ones.
 */
@ResourceLock(RunningPlatform.SHARED)
@ExtendWith(RunningPlatform.class)
class DeadlineIT {

    /** How much later than its deadline an answer may be on a machine that has much else to do. */
    private static final Duration SLACK = Duration.ofSeconds(3);

    private static final AtomicInteger NEXT_SKU = new AtomicInteger(700);

    private final Meridian meridian;
    private final Door door;
    private final String customer = "deadline-" + UUID.randomUUID();
    private final String sku = "SKU-%04d".formatted(NEXT_SKU.getAndIncrement());

    DeadlineIT(Meridian meridian) {
        this.meridian = meridian;
        this.door = meridian.gateway();
    }

    /** What a case froze or starved opens breakers; the next one, and the next class, find them closed. */
    @AfterEach
    void ordersAreTakenAgain() {
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(place("tok_ok").status()).isEqualTo(201));
    }

    // Before dispatch

    @Test
    void aBudgetOfNothingIsRefusedWithoutWork() {
        var answer = place("tok_ok", "0");

        assertThat(answer.status()).as(answer.toString()).isEqualTo(504);
        assertThat(answer.header("x-deadline-expired")).isEqualTo("1");
        assertThat(answer.header("location")).isEmpty();
        assertThat(orders()).isZero();
    }

    @Test
    void aBudgetTooSmallForTheNextHopIsNotHandedOn() {
        var answer = place("tok_ok", "6");

        assertThat(answer.status()).as(answer.toString()).isEqualTo(504);
        assertThat(answer.text("type")).isEqualTo("/problems/deadline-exceeded");
        assertThat(orders()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "-5", "1e3", "123456789", "1,5", "9.1234"})
    void aTimeoutThatCannotBeReadIsIgnoredAtTheEdge(String value) {
        var answer = place("tok_ok", value);

        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
    }

    @Test
    void aClientCanShortenAndNeverLengthenTheBudget() {
        var usual = granted(place("tok_ok"));

        assertThat(granted(place("tok_ok", "60000"))).isEqualTo(usual);
        assertThat(granted(place("tok_ok", "3000"))).isEqualTo(3000);
    }

    @Test
    void everyResponseSaysWhatItWasGrantedAndWhatIsLeft() {
        var answer = door.get("/api/inventory/" + sku);

        assertThat(answer.header("server-timing")).contains("granted;dur=").contains("left;dur=");
        assertThat(number(answer.header("server-timing"), "left")).isBetween(0.0, granted(answer));
    }

    // In a call to a service that does not answer

    @ParameterizedTest
    @CsvSource({"inventory-service, true", "payment-service, true", "order-service, false"})
    void aServiceThatDoesNotAnswerCostsNoMoreThanTheBudget(String silent, boolean orderExists) {
        Answer answer;
        long tookMillis;
        try (var _ = meridian.pause(silent)) {
            var started = System.nanoTime();
            answer = place("tok_ok", "800");
            tookMillis = (System.nanoTime() - started) / 1_000_000;
        }

        assertThat(answer.status()).as(answer.toString()).isEqualTo(504);
        assertThat(answer.header("x-deadline-expired")).isEqualTo("1");
        assertThat(tookMillis).isLessThan(800 + SLACK.toMillis());
        if (orderExists) {
            assertThat(answer.orderId()).isNotEmpty();
        }
        everyOrderReachesAnEnd();
    }

    @Test
    void aSlowCardEndsTheWaitAndNotTheOrder() {
        var answer = placeUntilWhole("tok_slow_1500", "600");

        assertThat(answer.status()).as(answer.toString()).isEqualTo(504);
        assertThat(answer.orderId()).isNotEmpty();
        await().atMost(120, SECONDS)
                .untilAsserted(() -> assertThat(status(answer.orderId())).isEqualTo("CONFIRMED"));
        await().atMost(60, SECONDS)
                .untilAsserted(() -> assertThat(
                                door.get("/api/payments/" + answer.orderId()).text("status"))
                        .isEqualTo("CAPTURED"));
    }

    // In a statement that waits for a lock

    @ParameterizedTest
    @CsvSource({
        "orders,    order-service,     LOCK TABLE idempotency_keys IN ACCESS EXCLUSIVE MODE, idempotency_keys,     false",
        "inventory, inventory-service, SELECT * FROM stock WHERE sku = '%s' FOR UPDATE,       stock,                true",
        "payments,  payment-service,   LOCK TABLE payments IN ACCESS EXCLUSIVE MODE,          INSERT INTO payments, true"
    })
    void aStatementThatWaitsForALockEndsWithTheBudget(
            String database, String service, String lock, String waiting, boolean orderExists) throws SQLException {
        Answer answer;
        try (var locking = locked(database, lock.formatted(sku))) {
            answer = place("tok_ok", "700");

            noStatementGoesOn(locking, service, waiting);
        }

        assertThat(answer.status()).as(answer.toString()).isEqualTo(504);
        assertThat(answer.text("type")).isEqualTo("/problems/deadline-exceeded");
        assertThat(!answer.orderId().isEmpty()).isEqualTo(orderExists);
        everyOrderReachesAnEnd();
    }

    // Waiting for a connection

    @Test
    void whoWaitsForAConnectionStopsWithTheBudgetAndThePoolStaysWhole() throws Exception {
        var total = pool("inventory-service", "hikaricp_connections");
        try (var clients = Executors.newVirtualThreadPerTaskExecutor();
                var locking = locked("inventory", "SELECT * FROM stock WHERE sku = '%s' FOR UPDATE".formatted(sku))) {
            var holding = new ArrayList<Future<Answer>>();
            for (var i = 0; i < 24; i++) {
                holding.add(clients.submit(() -> place("tok_ok", "2500")));
            }
            await().atMost(30, SECONDS)
                    .until(() -> pool("inventory-service", "hikaricp_connections_pending") > 0
                            || holding.stream().allMatch(Future::isDone));
            for (var answer : holding) {
                assertThat(answer.get().status()).as(answer.get().toString()).isIn(504, 503);
            }
            noStatementGoesOn(locking, "inventory-service", "stock");
        }

        await().atMost(30, SECONDS).untilAsserted(() -> {
            assertThat(pool("inventory-service", "hikaricp_connections_active")).isZero();
            assertThat(pool("inventory-service", "hikaricp_connections")).isGreaterThanOrEqualTo(total);
        });
        everyOrderReachesAnEnd();
    }

    // Redis

    @Test
    void aRedisThatDoesNotAnswerCostsAPartOfTheBudgetAndNotTheAnswer() {
        try (var _ = meridian.pause("redis")) {
            assertThat(door.get("/api/inventory/" + sku, "x-request-timeout-ms", "1900").status()).isEqualTo(200);
        }
    }

    // The client leaves

    @Test
    void aClientThatLeavesStopsTheStatementThatWaitsForALock() throws Exception {
        try (var locking = locked("inventory", "SELECT * FROM stock WHERE sku = '%s' FOR UPDATE".formatted(sku))) {
            try (var socket = placing("tok_ok")) {
                await().atMost(30, SECONDS).until(() -> waiting(locking, "inventory-service", "stock") > 0);
                socket.setSoLinger(true, 0); // a reset, not a farewell
            }

            // The budget is five seconds; the statement ends long before.
            await().atMost(Duration.ofMillis(2500)).until(() -> waiting(locking, "inventory-service", "stock") == 0);
        }
        everyOrderReachesAnEnd();
    }

    @Test
    void aClientThatLeavesIsNotWaitedForAtTheCardProvider() throws Exception {
        var before = callersGone("payment-service");
        try (var socket = placing("tok_slow_4000")) {
            await().atMost(30, SECONDS).until(() -> orders() == 1);
            socket.setSoLinger(true, 0);
        }

        // The provider is given a second, the settled order another one six seconds later: this is sooner.
        await().atMost(5, SECONDS)
                .untilAsserted(() -> assertThat(callersGone("payment-service")).isGreaterThan(before));
        everyOrderReachesAnEnd();
    }

    // Anywhere, after the commit included

    @Test
    void whereverTheDeadlineFallsTheOrderEndsOnceAndIsPaidAtMostOnce() {
        for (var budget = 10; budget <= 310; budget += 10) {
            try {
                var answer = place("tok_ok", Integer.toString(budget));
                assertThat(answer.status()).as(answer.toString()).isIn(201, 504);
            } catch (UncheckedIOException cutOff) {
                // It passed while the answer was being written; half an answer is broken off and not taken for a whole one.
                assertThat(cutOff).hasRootCauseInstanceOf(EOFException.class);
            }
        }

        everyOrderReachesAnEnd();
    }

    // Nothing is asked of a neighbour without a deadline

    @ParameterizedTest
    @ValueSource(strings = {"order-service", "inventory-service", "payment-service"})
    void nothingIsAskedWithoutADeadline(String service) {
        place("tok_ok");
        everyOrderReachesAnEnd();

        assertThat(metric(service, "meridian_deadline_missing_total")).isZero();
    }

    private Answer place(String card) {
        return door.place(Door.freshKey(), Door.order(customer, sku, 1, card));
    }

    /** On a machine that has much else to do the answer that time is up may be broken off half-way itself; then another order is placed. */
    private Answer placeUntilWhole(String card, String timeout) {
        for (var again = 0; again < 4; again++) {
            try {
                return place(card, timeout);
            } catch (UncheckedIOException cutOff) {
                assertThat(cutOff).hasRootCauseInstanceOf(EOFException.class);
            }
        }
        return place(card, timeout);
    }

    private Answer place(String card, String timeout) {
        var body = BodyPublishers.ofString(Door.order(customer, sku, 1, card));
        return door.send(
                        "POST",
                        "/api/orders",
                        body,
                        "idempotency-key",
                        Door.freshKey(),
                        "content-type",
                        "application/json",
                        "x-request-timeout-ms",
                        timeout);
    }

    /** A request under way, whose answer nobody has read yet. */
    private Socket placing(String card) throws IOException {
        var body = Door.order(customer, sku, 1, card).getBytes(StandardCharsets.UTF_8);
        var address = meridian.gatewayAddress().split(":");
        var socket = new Socket(address[0], Integer.parseInt(address[1]));
        var head = "POST /api/orders HTTP/1.1\r\nHost: meridian\r\nContent-Type: application/json\r\nIdempotency-Key: "
                + Door.freshKey() + "\r\nContent-Length: " + body.length + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
        socket.getOutputStream().flush();
        return socket;
    }

    private Connection locked(String database, String lock) throws SQLException {
        var connection = meridian.database(database);
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute(lock);
        }
        return connection; // closing it gives the lock back
    }

    private static void noStatementGoesOn(Connection connection, String service, String about) {
        await().atMost(SLACK).untilAsserted(() -> assertThat(waiting(connection, service, about)).isZero());
    }

    /** How many of the service's statements that mention {@code about} wait for a lock. */
    private static int waiting(Connection connection, String service, String about) throws SQLException {
        try (var statement = connection.prepareStatement("""
                SELECT count(*) FROM pg_stat_activity
                WHERE application_name = ? AND datname = current_database() AND state = 'active' AND wait_event_type = 'Lock'
                  AND position(? IN query) > 0
                """)) {
            statement.setString(1, service);
            statement.setString(2, about);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    private void everyOrderReachesAnEnd() {
        await().atMost(180, SECONDS).untilAsserted(() -> assertThat(
                        door.get("/api/orders?limit=100&customerId=" + customer).body().path("items"))
                .allSatisfy(it -> assertThat(it.path("status").asString()).isNotEqualTo("PENDING")));
    }

    private int orders() {
        return door.get("/api/orders?limit=100&customerId=" + customer).body().path("items").size();
    }

    private String status(String orderId) {
        return door.get("/api/orders/" + orderId).text("status");
    }

    private static double granted(Answer answer) {
        return number(answer.header("server-timing"), "granted");
    }

    private static double number(String timing, String name) {
        var found = Pattern.compile("\\b" + name + ";dur=([0-9.]+)").matcher(timing);
        assertThat(found.find()).as(timing).isTrue();
        return Double.parseDouble(found.group(1));
    }

    private double callersGone(String service) {
        return sum(service, "meridian_deadline_ended_total", "ending=\"caller_gone\"");
    }

    private double pool(String service, String name) {
        return sum(service, name, "pool=");
    }

    private double metric(String service, String name) {
        return sum(service, name, "");
    }

    private double sum(String service, String name, String tag) {
        var text = meridian.management(service).get("/actuator/prometheus").response().body();
        return text.lines()
                .filter(it -> it.startsWith(name + "{") || it.startsWith(name + " "))
                .filter(it -> it.contains(tag))
                .mapToDouble(it -> Double.parseDouble(it.substring(it.lastIndexOf(' ') + 1)))
                .sum();
    }
}
