package io.meridian.deadline.autoconfigure;

import io.meridian.deadline.Hop;
import io.meridian.deadline.Reserve;
import io.meridian.deadline.grpc.CallBudgets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of {@code meridian.deadline.grpc}.
 *
 * @param most the most a caller of this service is granted; more than zero
 * @param usual what a caller is granted that names no deadline; more than zero, and at most {@code most}
 * @param unbounded the methods to which neither applies: full names as in {@code grpc.health.v1.Health/Check}, or the beginning of one and
 *     a {@code *}. Streams are never subject to them
 * @param hops the neighbours that need other settings than the usual ones, by the first word of their services' package
 */
@ConfigurationProperties("meridian.deadline.grpc")
record GrpcDeadlineProperties(
        @DefaultValue("30s") Duration most,
        @DefaultValue("5s") Duration usual,
        @DefaultValue({"grpc.health.v1.Health/*", "grpc.reflection.*"}) List<String> unbounded,
        @DefaultValue Map<String, HopProperties> hops) {

    private static final HopProperties USUAL = new HopProperties(Duration.ofSeconds(30), Duration.ofMillis(10));

    GrpcDeadlineProperties {
        var _ = new CallBudgets(most, usual, unbounded);
        hops.forEach((name, hop) -> hop.named(name));
    }

    CallBudgets budgets() {
        return new CallBudgets(most, usual, unbounded);
    }

    Hop hop(String name) {
        return hops.getOrDefault(name, USUAL).named(name);
    }

    /**
     * A neighbour.
     *
     * @param cap the most a call to it is given, however much is left; more than zero
     * @param least what a call must have left to be worth making; zero makes every call that has any time
     */
    record HopProperties(
            @DefaultValue("30s") Duration cap,
            @DefaultValue("10ms") Duration least) {

        private Hop named(String name) {
            return new Hop(name, cap, least, Reserve.USUAL);
        }
    }
}
