package io.meridian.system;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.system.Door.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import tools.jackson.databind.JsonNode;

/** What is broken on purpose is broken, for as long as it was said, and nothing else is. */
@ExtendWith(RunningPlatform.class)
@ResourceLock(RunningPlatform.SHARED)
class FaultsIT {

    private static final Pattern AUTHORISE = Pattern.compile("payment\\.authorise;dur=(\\d+)");
    private static final String ORDER = Door.order("faults-" + UUID.randomUUID(), "SKU-0590", 1, "tok_ok");

    private final Door door;
    private final Door payment;

    FaultsIT(Meridian meridian) {
        this.door = meridian.gateway();
        this.payment = meridian.management("payment-service");
    }

    @AfterEach
    void heal() {
        assertThat(payment.send("DELETE", "/actuator/faults", BodyPublishers.noBody()).body().path("faults").size()).isZero();
    }

    @Test
    void slowPaymentSlowsAnOrderWhileHealthIsUpAndItEndsByItself() {
        set("{\"target\":\"payment.authorise\",\"latencyMs\":700,\"forSeconds\":3}");

        var slow = door.place(Door.freshKey(), ORDER);

        assertThat(slow.status()).as(slow.toString()).isEqualTo(201);
        assertThat(authoriseMillis(slow)).isGreaterThanOrEqualTo(700);
        assertThat(fault().path("struck").asInt()).isEqualTo(1);
        assertThat(payment.get("/readyz").status()).isEqualTo(200);
        assertThat(payment.get("/actuator/health").text("status")).isEqualTo("UP");

        await().atMost(30, SECONDS).until(() -> fault().isMissingNode());
        var quick = door.place(Door.freshKey(), ORDER);
        assertThat(quick.status()).as(quick.toString()).isEqualTo(201);
        assertThat(authoriseMillis(quick)).isLessThan(700);
    }

    @Test
    void hangingPaymentHoldsNothingLongerThanTheOrdersDeadline() {
        door.place(Door.freshKey(), ORDER); // the first of a JVM's life may not reach the payment in time
        set("{\"target\":\"payment.authorise\",\"hang\":true,\"forSeconds\":60}");

        var late = door.send(
                "POST",
                "/api/orders",
                BodyPublishers.ofString(ORDER),
                "idempotency-key", Door.freshKey(),
                "content-type", "application/json",
                "x-request-timeout-ms", "2000");

        assertThat(late.status()).as(late.toString()).isEqualTo(504);
        assertThat(fault().path("struck").asInt()).isPositive();
        assertThat(payment.get("/actuator/health").text("status")).isEqualTo("UP");
        await().atMost(30, SECONDS).until(() -> fault().path("inside").asInt() == 0);
    }

    @Test
    void failingPaymentIsAnUnavailableDependency() {
        set("{\"target\":\"payment.*\",\"errorRate\":1,\"forSeconds\":60}");

        var refused = door.place(Door.freshKey(), ORDER);

        assertThat(refused.status()).as(refused.toString()).isEqualTo(503);
        assertThat(refused.text("type")).isEqualTo("/problems/dependency-unavailable");
        assertThat(fault().path("failed").asInt()).isPositive();
    }

    private void set(String fault) {
        var answer = payment.send(
                "PUT", "/actuator/faults", BodyPublishers.ofString(fault), "content-type", "application/json");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }

    /** The fault that is set; a missing node if there is none. */
    private JsonNode fault() {
        return payment.get("/actuator/faults").body().path("faults").path(0);
    }

    private static long authoriseMillis(Answer answer) {
        var timing = AUTHORISE.matcher(answer.header("server-timing"));
        assertThat(timing.find()).as(answer.toString()).isTrue();
        return Long.parseLong(timing.group(1));
    }
}
