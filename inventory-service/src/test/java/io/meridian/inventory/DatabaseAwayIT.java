package io.meridian.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.meridian.contracts.inventory.v1.Held;
import io.meridian.contracts.inventory.v1.HoldResponse;
import io.meridian.inventory.model.Line;
import io.meridian.testkit.Parts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A database that is killed in the middle is an inconvenience, and nothing that was told before is lost by it. */
class DatabaseAwayIT extends WholeService {

    @AfterEach
    void heal() {
        Parts.postgres().start();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(manage("/readyz").statusCode()).isEqualTo(200));
    }

    @Test
    void callersAreToldToComeBackAndFindWhatTheyWerePromised() {
        var sku = stock("SKU-0101", 10);
        var order = newOrder();
        var promised = promise(hold(order, new Line(sku, 4)));
        Parts.postgres().kill();

        var page = get("/api/inventory");
        assertThat(page.statusCode()).isEqualTo(503);
        assertThat(page.headers().firstValue("retry-after")).contains("1");
        assertThat(page.body()).contains("/problems/dependency-unavailable").doesNotContain("SQL", "jdbc");
        assertThatThrownBy(() -> hold(newOrder(), new Line(sku, 1)))
                .isInstanceOfSatisfying(StatusRuntimeException.class, refusal -> assertThat(
                                refusal.getStatus().getCode())
                        .isEqualTo(Status.Code.UNAVAILABLE));
        assertThat(manage("/livez").statusCode()).isEqualTo(200);
        assertThat(manage("/readyz").statusCode()).isEqualTo(503);

        Parts.postgres().start();
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(promise(hold(order, new Line(sku, 4)))).isEqualTo(promised));
        assertThat(contradictions()).isEmpty();
    }

    /** What stays the same however often it is asked for; how long it is still valid does not. */
    private static Held promise(HoldResponse answer) {
        assertThat(answer.hasHeld()).as("held: %s", answer).isTrue();
        return answer.getHeld().toBuilder().clearValidFor().build();
    }
}
