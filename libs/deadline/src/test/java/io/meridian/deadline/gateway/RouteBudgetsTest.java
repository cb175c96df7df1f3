package io.meridian.deadline.gateway;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.cloud.gateway.route.Route;

class RouteBudgetsTest {

    private static final RouteBudget USUAL = new RouteBudget(ofSeconds(2), ofSeconds(3), false);

    private final RouteBudgets budgets =
            new RouteBudgets(USUAL, Map.of("set", new RouteBudget(ofSeconds(1), ofSeconds(1), false)));

    @ParameterizedTest
    @CsvSource({"PT0.5S, PT0.5S", "PT2.5S, PT2.5S", "PT3S, PT3S", "PT3.000000001S, PT3S", "PT1H, PT3S", "PT0S, PT0S"})
    void clientHasTheLesserOfItsWishAndTheMost(Duration wish, Duration granted) {
        assertThat(USUAL.of(wish)).isEqualTo(granted);
    }

    @Test
    void clientThatDoesNotSayHasTheUsual() {
        assertThat(USUAL.of(null)).isEqualTo(ofSeconds(2));
    }

    @Test
    void routeThatSaysNothingHasTheUsual() {
        assertThat(budgets.of(route("plain", Map.of()))).isSameAs(USUAL);
    }

    @Test
    void metadataOfARouteCountAsDurationsTextAndMilliseconds() {
        assertThat(budgets.of(route("a", Map.of(RouteBudgets.MOST, ofSeconds(5)))))
                .isEqualTo(new RouteBudget(ofSeconds(5), ofSeconds(5), false));
        assertThat(budgets.of(route("a", Map.of(RouteBudgets.MOST, "5s", RouteBudgets.USUAL, "PT1.5S"))))
                .isEqualTo(new RouteBudget(ofMillis(1500), ofSeconds(5), false));
        assertThat(budgets.of(route("a", Map.of(RouteBudgets.USUAL, 800))))
                .isEqualTo(new RouteBudget(ofMillis(800), ofSeconds(3), false));
        assertThat(budgets.of(route("a", Map.of(RouteBudgets.USUAL, "4s"))))
                .isEqualTo(new RouteBudget(ofSeconds(4), ofSeconds(4), false));
    }

    @Test
    void streamMayHaveMoreThanAnAnswer() {
        assertThat(budgets.of(route("a", Map.of(RouteBudgets.STREAM, "true"))))
                .isEqualTo(new RouteBudget(ofMinutes(10), ofMinutes(10), true));
        assertThat(budgets.of(route("a", Map.of(RouteBudgets.STREAM, true, RouteBudgets.MOST, "1h"))).most())
                .isEqualTo(Duration.ofHours(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> budgets.of(route("a", Map.of(RouteBudgets.MOST, "31s"))))
                .withMessageContainingAll("route a", "at most PT30S", "PT31S");
    }

    @Test
    void settingsCountMoreThanMetadata() {
        assertThat(budgets.of(route("set", Map.of(RouteBudgets.MOST, "5s"))).most()).isEqualTo(ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource({"PT0S, PT1S, false", "PT2S, PT1S, false", "PT1S, PT0S, true", "PT-1S, PT1S, true"})
    void budgetThatCannotBeIsRefusedWithItsValue(Duration usual, Duration most, boolean stream) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RouteBudget(usual, most, stream))
                .withMessageContaining("was ");
    }

    static Route route(String id, Map<String, Object> metadata) {
        return Route.async()
                .id(id)
                .uri(URI.create("http://127.0.0.1:1"))
                .predicate(_ -> true)
                .metadata(metadata)
                .build();
    }
}
