package io.meridian.payment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.meridian.contracts.payment.v1.AuthoriseRequest;
import io.meridian.contracts.payment.v1.AuthoriseResponse;
import io.meridian.contracts.payment.v1.PaymentServiceGrpc;
import io.meridian.contracts.payment.v1.PaymentServiceGrpc.PaymentServiceBlockingStub;
import io.meridian.payment.model.IdempotencyKey;
import io.meridian.payment.model.Operation;
import io.meridian.payment.model.OrderId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The service seen through its doors, and what its tables and the provider's ledger hold about one order. */
@WholePaymentService
public abstract class Doors {

    /** Far more than anything here takes; what is waited for that long has failed. */
    protected static final Duration PATIENCE = Duration.ofSeconds(40);

    protected static final long AMOUNT = 4_998;

    protected final OrderId order = new OrderId(UUID.randomUUID());

    private final HttpClient http = HttpClient.newHttpClient();

    @Autowired
    protected JdbcClient jdbc;

    @Autowired
    private GrpcServerLifecycle grpcServer;

    @Autowired
    private Environment environment;

    protected ManagedChannel channel;

    protected PaymentServiceBlockingStub payments;

    @BeforeEach
    void dial() {
        channel = Grpc.newChannelBuilder("127.0.0.1:" + grpcServer.getPort(), InsecureChannelCredentials.create())
                .build();
        payments = PaymentServiceGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void hangUp() throws InterruptedException {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }

    protected AuthoriseRequest request(String token) {
        var request = AuthoriseRequest.newBuilder().setOrderId(order.toString()).setToken(token);
        request.getAmountBuilder().setAmount(AMOUNT).setCurrency("EUR");
        return request.build();
    }

    protected AuthoriseResponse authorise(String token) {
        return payments.authorise(request(token));
    }

    /** The state as it is stored, with those that outsiders do not see. */
    protected String stored() {
        return jdbc.sql("SELECT status FROM payments WHERE order_id = :order")
                .param("order", order.value())
                .query(String.class)
                .optional()
                .orElse("nothing");
    }

    protected void becomes(String status) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(stored()).isEqualTo(status));
    }

    /** Every movement of this order's money at the provider, in order. */
    protected List<String> moved() {
        return jdbc.sql(
                        """
                        SELECT m.kind FROM provider.movements m
                        JOIN provider.authorisations a ON a.reference = m.reference
                        WHERE a.idempotency_key = :key ORDER BY m.id
                        """)
                .param("key", IdempotencyKey.of(order, Operation.AUTHORISE).value())
                .query(String.class)
                .list();
    }

    /** Operation and outcome of every journal entry of this order; "?" while it is open. */
    protected List<String> journal() {
        return jdbc.sql(
                        """
                        SELECT operation || ' ' || COALESCE(outcome, '?') FROM payment_log
                        WHERE order_id = :order ORDER BY id
                        """)
                .param("order", order.value())
                .query(String.class)
                .list();
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
}
