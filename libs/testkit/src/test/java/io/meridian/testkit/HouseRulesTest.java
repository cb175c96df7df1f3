package io.meridian.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.meridian.testkit.HouseRules.MayWait;
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
        "io.meridian.order, WiringThatStartsThreads.<init>, a thread has a name",
        "io.meridian.order, WiringThatStartsThreads.direct, a thread has a name",
        "io.meridian.order, WiringThatStartsThreads.referred, a thread has a name",
        "io.meridian.order, WiringThatStartsThreads.derived, a thread has a name",
        "io.meridian.order, HttpThatWaits.takes, a wait has a bound",
        "io.meridian.order, HttpThatWaits.puts, a wait has a bound",
        "io.meridian.order, HttpThatWaits.joins, a wait has a bound",
        "io.meridian.order, HttpThatWaits.gets, a wait has a bound",
        "io.meridian.order, HttpThatWaits.getsCompletable, a wait has a bound",
        "io.meridian.order, HttpThatWaits.joinsCompletable, a wait has a bound",
        "io.meridian.order, HttpThatWaits.getsByReference, a wait has a bound",
        "io.meridian.order, HttpThatWaits.awaitsLatch, a wait has a bound",
        "io.meridian.order, HttpThatWaits.awaitsCondition, a wait has a bound",
        "io.meridian.order, HttpThatWaits.acquires, a wait has a bound",
        "io.meridian.order, HttpThatWaits.invokesAll, a wait has a bound",
        "io.meridian.order, HttpThatWaits.waitsForProcess, a wait has a bound",
        "io.meridian.order, HttpThatWaits.waitsForNotice, a wait has a bound",
        "io.meridian.order, WiringThatKeepsADeadline.FOR_ALL, a deadline belongs to one request",
        "io.meridian.order, WiringThatKeepsADeadline.SCOPE_FOR_ALL, a deadline belongs to one request",
        "io.meridian.order, WiringThatShares.BY_NAME, a map that threads share",
        "io.meridian.order, WiringThatShares.BY_TYPE, a map that threads share",
        "io.meridian.order, WiringThatShares$Shared.seen, a map that threads share",
        "io.meridian.order, HttpThatConnects.foreach, a neighbour has one channel",
        "io.meridian.order, StoreThatOpensAScope.direct, never opened anew",
        "io.meridian.order, StoreThatOpensAScope.referred, never opened anew",
        "io.meridian.order, UseCaseThatKnowsDeadlines, a use case knows the model",
        "io.meridian.breaker, CoreThatWaits, a wait has a bound",
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
    void collectionThatNobodyElseReachesOrThatIsMadeForItIsNotAccused() {
        var refusal = catchThrowableOfType(AssertionError.class, () -> check("io.meridian.order"));

        assertThat(refusal).hasMessageNotContaining("WiringInOrder");
    }

    @Test
    void classThatIsNamedWithAReasonMayWait() {
        var named = new MayWait("io.meridian.breaker.CoreThatWaits", "the latch is always counted down");
        var refusal = catchThrowableOfType(AssertionError.class, () -> check("io.meridian.breaker", named));

        assertThat(refusal).hasMessageNotContaining("CoreThatWaits");
    }

    @Test
    void classThatIsNamedAndDoesNotWaitIsABreach() {
        var named = new MayWait("io.meridian.breaker.CoreThatKnowsSpring", "it waited once");
        var refusal = catchThrowableOfType(AssertionError.class, () -> check("io.meridian.breaker", named));

        assertThat(refusal)
                .hasMessageContaining("an exception nobody needs")
                .hasMessageContaining("CoreThatKnowsSpring does not wait");
    }

    @Test
    void noClassOfAServiceMayWait() {
        var named = new MayWait("io.meridian.order.http.HttpThatWaits", "it is in a hurry");

        assertThatThrownBy(() -> check("io.meridian.order", named)).isInstanceOf(IllegalArgumentException.class);
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

    private static void check(String room, MayWait... waiting) {
        HouseRules.check(new ClassFileImporter().importPackages(room), room, waiting);
    }
}
