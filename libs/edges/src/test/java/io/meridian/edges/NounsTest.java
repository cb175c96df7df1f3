package io.meridian.edges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What outsiders rely on. */
class NounsTest {

    @Test
    void typesAndStatusesAreTheContractWithTheOutside() {
        var byStatus = new TreeMap<Integer, String>();
        for (var problem : Problem.values()) {
            byStatus.merge(problem.status(), problem.type(), (one, other) -> one + " " + other);
        }

        assertThat(byStatus)
                .hasToString("{400=/problems/malformed, 401=/problems/unauthenticated, 402=/problems/payment-declined,"
                        + " 403=/problems/forbidden, 404=/problems/not-found, 405=/problems/method-not-allowed,"
                        + " 406=/problems/not-acceptable,"
                        + " 409=/problems/out-of-stock /problems/request-in-progress /problems/not-cancellable"
                        + " /problems/order-cancelled,"
                        + " 413=/problems/too-large, 415=/problems/unsupported-media-type,"
                        + " 422=/problems/idempotency-key-reused, 429=/problems/rate-limited, 500=/problems/internal,"
                        + " 503=/problems/overloaded /problems/dependency-unavailable,"
                        + " 504=/problems/deadline-exceeded}");
    }

    @Test
    void bareStatusNeverBecomesAStatementAboutTheBusiness() {
        assertThat(Problem.ofStatus(409)).isEmpty();
        assertThat(Refusal.ofStatus(409, "why").type()).isEqualTo("about:blank");
        assertThat(Problem.ofStatus(404)).hasValue(Problem.NOT_FOUND);
    }

    @Test
    void wordsOfAServerAboutItsOwnFaultAreNotShown() {
        assertThat(Refusal.ofStatus(500, "secret").detail()).doesNotContain("secret");
        assertThat(Refusal.ofStatus(599, "secret").detail()).doesNotContain("secret");
        assertThat(Refusal.ofStatus(400, "limit is missing").detail()).isEqualTo("limit is missing");
    }

    @Test
    void membersWithAMeaningCannotBeReplaced() {
        for (var name : new String[] {"type", "title", "status", "detail", "instance", "traceId"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ProblemException.of(Problem.MALFORMED, "x").with(name, 1))
                    .withMessageContaining(name);
        }
    }

    @Test
    void ownHeaderReplacesTheCustomaryOne() {
        var refusal = Refusal.of(ProblemException.of(Problem.OVERLOADED, "x").header("Retry-After", "9"));

        assertThat(refusal.headers()).containsEntry("Retry-After", "9");
    }

    @Test
    void signatureIsRefusedIfItCouldNotBeSent() {
        assertThat(new ServedBy("order-service", "v1", "stable").value()).isEqualTo("order-service;v1;stable");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ServedBy("order-service", "v1;v2", "stable"))
                .withMessageContaining("meridian.version");
        assertThatIllegalArgumentException().isThrownBy(() -> new ServedBy("order-service", "v1\r\nX: y", "stable"));
    }

    @Test
    void timingTellsABoundedNumberOfHopsAndAlwaysTheWhole() {
        var timing = new ServerTiming();
        for (var i = 0; i < 2 * ServerTiming.MOST; i++) {
            timing.add("hop" + i, Duration.ofMillis(1));
        }

        assertThat(timing.valueWith("order", Duration.ofNanos(12_440_000)).split(", "))
                .hasSize(ServerTiming.MOST + 1)
                .endsWith("order;dur=12.4");
    }

    @Test
    void timingSaysInADescriptionWhatAHopWasGiven() {
        var timing = new ServerTiming();
        timing.add("inventory.hold", Duration.ofNanos(3_100_000), Duration.ofMillis(1890), Duration.ofMillis(20));
        timing.add("payment.authorise", Duration.ofMillis(5), Duration.ZERO, null);

        assertThat(timing.valueWith("order", Duration.ofMillis(12)))
                .isEqualTo("inventory.hold;dur=3.1;desc=\"inventory.hold granted 1890.0 reserved 20.0\", "
                        + "payment.authorise;dur=5.0;desc=\"payment.authorise granted 0.0\", order;dur=12.0");
    }

    @Test
    void timingSaysWithTheWholeWhatTheRequestWasGranted() {
        var timing = new ServerTiming();
        timing.granted(Duration.ofMillis(1990));

        assertThat(timing.valueWith("order", Duration.ofMillis(12)))
                .isEqualTo("order;dur=12.0;desc=\"order granted 1990.0\"");
    }

    @Test
    void timingIsCurrentOnlyWithinItsRequest() {
        var timing = new ServerTiming();

        assertThat(ServerTiming.current()).isEmpty();
        assertThat(timing.during(ServerTiming::current)).hasValue(timing);
        assertThat(ServerTiming.current()).isEmpty();
    }
}
