package io.meridian.local.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.local.platform.ServerTiming.Metric;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerTimingTest {

    @Test
    void everyHopIsReadInItsOrder() {
        var timing = ServerTiming.parse(List.of("inventory.hold;dur=3.1, payment.authorise;dur=5.0, order;dur=12.4"));

        assertThat(timing.metrics())
                .containsExactly(
                        new Metric("inventory.hold", 3.1),
                        new Metric("payment.authorise", 5.0),
                        new Metric("order", 12.4));
    }

    @Test
    void severalHeadersAreOneList() {
        var timing = ServerTiming.parse(List.of("order;dur=12.4", "gateway;dur=15"));

        assertThat(timing.millis("gateway")).hasValue(15);
        assertThat(timing.millis("order")).hasValue(12.4);
        assertThat(timing.millis("client")).isEmpty();
    }

    @Test
    void descriptionsMayHoldCommasAndSemicolons() {
        var timing = ServerTiming.parse(List.of("db;desc=\"a, b; \\\"c\\\"\" ; Dur=\"2.5\", cache;dur=0"));

        assertThat(timing.metrics()).containsExactly(new Metric("db", 2.5), new Metric("cache", 0));
    }

    @Test
    void whatAHopWasGivenStandsInItsDescription() {
        var timing = ServerTiming.parse(List.of(
                "inventory.hold;dur=3.1;desc=\"inventory.hold granted 1890.0 reserved 20.0\", "
                        + "payment.authorise;desc=\"granted 180\";dur=5.0"));

        assertThat(timing.metrics())
                .containsExactly(
                        new Metric("inventory.hold", 3.1, OptionalDouble.of(1890), OptionalDouble.of(20)),
                        new Metric("payment.authorise", 5, OptionalDouble.of(180), OptionalDouble.empty()));
    }

    @Test
    void whatTheRequestWasGivenIsNoHop() {
        var timing = ServerTiming.parse(List.of("order;dur=12.4", "granted;dur=2000, left;dur=1985.5, gateway;dur=15"));

        assertThat(timing.grantedMillis()).hasValue(2000);
        assertThat(timing.leftMillis()).hasValue(1985.5);
        assertThat(timing.hops()).extracting(Metric::name).containsExactly("order", "gateway");
    }

    @ParameterizedTest
    @ValueSource(strings = {"granted", "granted -1", "granted x", "ungranted 5", "granted,5"})
    void aDescriptionThatSaysSomethingElseIsNoShare(String description) {
        var timing = ServerTiming.parse(List.of("a;dur=1;desc=\"" + description + "\""));

        assertThat(timing.metrics()).containsExactly(new Metric("a", 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", ";dur=1", "a", "a;dur", "a;dur=", "a;dur=x", "a;dur=NaN", "a;dur=-1", "a;desc=\"open"})
    void whatCannotBeReadIsLeftOut(String header) {
        assertThat(ServerTiming.parse(List.of(header)).metrics()).isEmpty();
    }
}
