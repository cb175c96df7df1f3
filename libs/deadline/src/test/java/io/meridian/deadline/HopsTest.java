package io.meridian.deadline;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HopsTest {

    private final Hops hops = new Hops(name -> new Hop(name, ofSeconds(1), ofMillis(1), Reserve.USUAL));

    @Test
    void aNeighbourKeepsItsHop() {
        assertThat(hops.to("stock")).isSameAs(hops.to("stock")).isNotSameAs(hops.to("bank"));
        assertThat(hops.to("stock").name()).isEqualTo("stock");
    }

    @Test
    void beyondTheMostTheyShareOne() {
        for (var i = 0; i < Hops.MOST; i++) {
            assertThat(hops.to("host-" + i).name()).isEqualTo("host-" + i);
        }

        assertThat(hops.to("one more").name()).isEqualTo(Hops.OTHERS);
        assertThat(hops.to("and another")).isSameAs(hops.to("one more"));
        assertThat(hops.to("host-7").name()).isEqualTo("host-7");
    }
}
