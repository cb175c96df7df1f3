package io.meridian.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.local.platform.ServerTiming;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaterfallTest {

    private final PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
    private final Terminal plain = new Terminal(nowhere, nowhere, false, false, false);

    @Test
    void hopsAreNestedAsTheyCallEachOther() {
        var timing = ServerTiming.parse(
                List.of("inventory.hold;dur=10, payment.authorise;dur=20, order;dur=40", "gateway;dur=45"));

        var client = Waterfall.hops(50, timing);

        assertThat(client.name()).isEqualTo("client");
        assertThat(client.ownMillis()).isEqualTo(5);
        var gateway = client.called().getFirst();
        assertThat(gateway.name()).isEqualTo("gateway");
        var order = gateway.called().getFirst();
        assertThat(order.ownMillis()).isEqualTo(10);
        assertThat(order.called()).extracting(Waterfall.Hop::name).containsExactly("inventory.hold", "payment.authorise");
    }

    @Test
    void eachHopIsABarInsideItsCallersBar() {
        var timing = ServerTiming.parse(
                List.of("inventory.hold;dur=10, payment.authorise;dur=20, order;dur=40, gateway;dur=45"));

        assertThat(Waterfall.draw(Waterfall.hops(50, timing), plain))
                .containsExactly(
                        "  hop                                                              ms    own ms",
                        "  client                 ##################################      50.0       5.0",
                        "    gateway                ###############################       45.0       5.0",
                        "      order                 ###########################          40.0      10.0",
                        "        inventory.hold         #######                           10.0      10.0",
                        "        payment.authorise                ##############           20.0      20.0");
    }

    @Test
    void whatWasGrantedAndNotUsedIsTheLightPartOfABar() {
        var timing = ServerTiming.parse(List.of(
                "inventory.hold;dur=10;desc=\"inventory.hold granted 15.0 reserved 5.0\"",
                "payment.authorise;dur=20;desc=\"payment.authorise granted 1900.0 reserved 50.0\"",
                "order;dur=40;desc=\"order granted 1990.0\", gateway;dur=45, granted;dur=2000, left;dur=1955"));

        assertThat(Waterfall.draw(Waterfall.hops(50, timing), plain))
                .containsExactly(
                        "  hop                                        used ms     own granted reserved",
                        "  client                  ##################    50.0     5.0",
                        "    gateway                ################.    45.0     5.0  2000.0",
                        "      order                 ##############..    40.0    10.0  1990.0",
                        "        inventory.hold       ####.              10.0    10.0    15.0      5.0",
                        "        payment.authorise         #######...    20.0    20.0  1900.0     50.0");
    }

    @Test
    void whatIsMissingIsLeftOut() {
        var client = Waterfall.hops(50, ServerTiming.parse(List.of("order;dur=40")));

        assertThat(client.called()).extracting(Waterfall.Hop::name).containsExactly("order");
        assertThat(Waterfall.hops(50, ServerTiming.parse(List.of())).called()).isEmpty();
    }

    @Test
    void figuresThatDoNotAddUpStillFitTheLine() {
        var timing = ServerTiming.parse(List.of("inventory.hold;dur=500, order;dur=0, gateway;dur=900"));

        var lines = Waterfall.draw(Waterfall.hops(0, timing), plain);

        assertThat(lines).hasSize(5).allMatch(it -> it.length() <= 80);

        var budgeted = ServerTiming.parse(List.of(
                "payment.authorise;dur=50000;desc=\"granted 0.0 reserved 90000.0\", order;dur=0, granted;dur=90000"));
        assertThat(Waterfall.draw(Waterfall.hops(0, budgeted), plain))
                .hasSize(4)
                .allMatch(it -> it.length() <= 80);
    }

    @Test
    void coloursAreUsedOnlyWhereTheyWereAskedFor() {
        var coloured = new Terminal(nowhere, nowhere, true, true, true);
        var hops = Waterfall.hops(50, ServerTiming.parse(List.of()));

        assertThat(Waterfall.draw(hops, coloured)).anyMatch(it -> it.contains("\u001b["));
        assertThat(Waterfall.draw(hops, plain)).noneMatch(it -> it.contains("\u001b["));
    }
}
