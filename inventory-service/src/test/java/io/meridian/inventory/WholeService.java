package io.meridian.inventory;

import static io.meridian.testkit.UsesParts.Part.KAFKA;
import static io.meridian.testkit.UsesParts.Part.POSTGRES;
import static io.meridian.testkit.UsesParts.Part.REDIS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.meridian.contracts.inventory.v1.HoldRequest;
import io.meridian.contracts.inventory.v1.HoldResponse;
import io.meridian.contracts.inventory.v1.InventoryServiceGrpc;
import io.meridian.contracts.inventory.v1.InventoryServiceGrpc.InventoryServiceBlockingStub;
import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.Money;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.Product;
import io.meridian.inventory.model.Sku;
import io.meridian.inventory.model.Stock;
import io.meridian.testkit.UsesParts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.config.TopicBuilder;
import org.springframework.kafka.core.KafkaAdmin.NewTopics;

/** The service as it runs, with its real parts and all of its doors; each test finds the stock as the catalogue began. */
@SpringBootTest(
        classes = InventoryApplication.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = "meridian.inventory.sweep-every=100ms")
@UsesParts({POSTGRES, KAFKA, REDIS})
@Import(WholeService.Neighbours.class)
public abstract class WholeService {

    /** Far more than anything here takes; what is waited for that long has failed. */
    protected static final Duration PATIENCE = Duration.ofSeconds(40);

    private final HttpClient http = HttpClient.newHttpClient();

    @Autowired
    protected JdbcClient jdbc;

    @Autowired
    protected StringRedisTemplate redis;

    @Autowired
    private GrpcServerLifecycle grpcServer;

    @Autowired
    private Environment environment;

    protected ManagedChannel channel;

    protected InventoryServiceBlockingStub inventory;

    @BeforeEach
    void beginAgain() {
        channel = Grpc.newChannelBuilder("127.0.0.1:" + grpcServer.getPort(), InsecureChannelCredentials.create())
                .build();
        inventory = InventoryServiceGrpc.newBlockingStub(channel);
        jdbc.sql("TRUNCATE holds, hold_lines").update();
        jdbc.sql(
                        """
                        UPDATE stock SET on_hand = initial, held = 0, sold = 0, version = version + 1
                        WHERE on_hand <> initial
                        """)
                .update();
        flushRedis();
    }

    @AfterEach
    void hangUp() throws InterruptedException {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }

    protected void flushRedis() {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> redis.execute((RedisCallback<Boolean>) connection -> {
                    connection.serverCommands().flushAll();
                    return true;
                }));
    }

    /** Lets the catalogue have begun with so many of this product. */
    protected Sku stock(String sku, long onHand) {
        jdbc.sql(
                        """
                        UPDATE stock SET initial = :onHand, on_hand = :onHand, held = 0, sold = 0, version = version + 1
                        WHERE sku = :sku
                        """)
                .param("onHand", onHand)
                .param("sku", sku)
                .update();
        return new Sku(sku);
    }

    protected Stock stockOf(Sku sku) {
        return jdbc.sql("SELECT on_hand, held, sold, version FROM stock WHERE sku = :sku")
                .param("sku", sku.value())
                .query((row, _) -> new Stock(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)))
                .single();
    }

    protected Optional<String> statusOf(OrderId order) {
        return jdbc.sql("SELECT status FROM holds WHERE order_id = :order")
                .param("order", order.value())
                .query(String.class)
                .optional();
    }

    /** Lets the hold of this order have been made so long ago that its time is over; the next sweep ends it. */
    protected void letExpire(OrderId order) {
        jdbc.sql("UPDATE holds SET expires_at = created_at - INTERVAL '1 second' WHERE order_id = :order")
                .param("order", order.value())
                .update();
    }

    /**
     * Products whose stock contradicts the holds, or itself.
     *
     * <p>Every piece that is held belongs to a hold, every piece that is sold to a committed one, and the rest is on hand.
     */
    protected List<String> contradictions() {
        return jdbc.sql(
                        """
                        SELECT s.sku || ': ' || s.on_hand || ' on hand, ' || s.held || ' held, ' || s.sold || ' sold of '
                            || s.initial || ', but holds of ' || coalesce(h.held, 0) || ' and sales of ' || coalesce(h.sold, 0)
                        FROM stock s
                        LEFT JOIN (
                            SELECT l.sku,
                                   sum(l.quantity) FILTER (WHERE h.status = 'HELD') AS held,
                                   sum(l.quantity) FILTER (WHERE h.status = 'COMMITTED') AS sold
                            FROM holds h
                            JOIN hold_lines l ON l.order_id = h.order_id
                            GROUP BY l.sku
                        ) h ON h.sku = s.sku
                        WHERE s.held <> coalesce(h.held, 0)
                           OR s.sold <> coalesce(h.sold, 0)
                           OR s.on_hand + s.held + s.sold <> s.initial
                           OR least(s.on_hand, s.held, s.sold) < 0
                        """)
                .query(String.class)
                .list();
    }

    protected HoldResponse hold(OrderId order, Line... lines) {
        var request = HoldRequest.newBuilder().setOrderId(order.toString());
        for (var line : lines) {
            request.addLinesBuilder().setSku(line.sku().value()).setQuantity(line.quantity());
        }
        return inventory.hold(request.build());
    }

    protected HttpResponse<String> get(String path) {
        return send("server", HttpRequest.newBuilder(), path);
    }

    protected HttpResponse<String> send(HttpRequest.Builder request, String path) {
        return send("server", request, path);
    }

    protected HttpResponse<String> manage(String path) {
        return send("management", HttpRequest.newBuilder(), path);
    }

    private HttpResponse<String> send(String server, HttpRequest.Builder request, String path) {
        var port = environment.getRequiredProperty("local." + server + ".port");
        try {
            return http.send(
                    request.uri(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(PATIENCE)
                            .build(),
                    HttpResponse.BodyHandlers.ofString(UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(path + " was not answered", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    protected static OrderId newOrder() {
        return new OrderId(UUID.randomUUID());
    }

    protected static Product product(String sku, long onHand, long version) {
        return new Product(new Sku(sku), "Product " + sku, new Money(100, "EUR"), new Stock(onHand, 0, 0, version));
    }

    /** What other services would have declared. */
    @TestConfiguration(proxyBeanMethods = false)
    static class Neighbours {

        @Bean
        NewTopics ordersTopic() {
            return new NewTopics(TopicBuilder.name("orders.v1").partitions(6).build());
        }
    }
}
