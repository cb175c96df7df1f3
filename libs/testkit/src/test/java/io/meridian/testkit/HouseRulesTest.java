package io.meridian.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The fixtures beside this package have the names of real rooms: two rooms in order, two in which each class is one breach. */
class HouseRulesTest {

    @ParameterizedTest
    @ValueSource(strings = {"io.meridian.payment", "io.meridian.outbox"})
    void roomInOrderPasses(String room) {
        assertThatCode(() -> check(room)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "io.meridian.order, ModelThatKnowsSpring, the model is the business in plain Java",
        "io.meridian.order, ModelThatAsksTheClock, time is an argument",
        "io.meridian.order, UseCaseThatKnowsAnEdge, a use case knows the model",
        "io.meridian.order, UseCaseThatMeasures.direct, time is an argument",
        "io.meridian.order, UseCaseThatMeasures.referred, time is an argument",
        "io.meridian.order, UseCaseInACircle, free of cycles",
        "io.meridian.order, HttpThatKnowsContracts, 'only grpc, remote and events speak'",
        "io.meridian.order, StoreThatKnowsHttp, an edge can be taken away",
        "io.meridian.order, RemoteThatKnowsAService, services know each other by contract only",
        "io.meridian.order, WiringThatMeters, only io.meridian.observability knows",
        "io.meridian.order, WiringWithInjectedField, what a class needs stands in its constructor",
        "io.meridian.breaker, CoreThatKnowsSpring, the nouns of a library are usable everywhere",
        "io.meridian.breaker, FilterThatKnowsBoot, a library works without Spring Boot",
        "io.meridian.breaker, FilterThatKnowsALibrary, a library is used alone"
    })
    void breachIsNamedWithItsRule(String room, String breach, String rule) {
        var refusal = catchThrowableOfType(AssertionError.class, () -> check(room));

        assertThat(String.valueOf(refusal.getMessage()).split("\n\n")).anySatisfy(report -> assertThat(report)
                .contains(rule)
                .contains(breach));
    }

    @Test
    void cleanClassOfABadRoomIsNotAccused() {
        var refusal = catchThrowableOfType(AssertionError.class, () -> check("io.meridian.order"));

        assertThat(refusal).hasMessageNotContaining("ModelInOrder");
    }

    @Test
    void roomWithoutClassesFails() {
        assertThatThrownBy(() -> check("io.meridian.nowhere"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no classes in io.meridian.nowhere");
    }

    @Test
    void testClassesAreNotLookedAt() {
        assertThatThrownBy(() -> HouseRules.check("io.meridian.order")).hasMessageContaining("no classes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"order", "io.meridian.order.http", "com.example.order"})
    void whatIsNoRoomIsRefused(String name) {
        assertThatThrownBy(() -> HouseRules.check(name)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void check(String room) {
        HouseRules.check(new ClassFileImporter().importPackages(room), room);
    }
}
