package io.meridian.local.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AddressesTest {

    @Test
    void withoutAnOffsetEverythingListensWhereTheContractSays() {
        var addresses = new Addresses(0);

        assertThat(addresses.all(Component.ORDER)).containsExactly(8081, 8091, 9101);
        assertThat(addresses.http(Component.GATEWAY)).hasToString("http://127.0.0.1:8080");
        assertThat(addresses.address(Component.KAFKA)).isEqualTo("127.0.0.1:19092");
    }

    @Test
    void anOffsetShiftsEveryPort() {
        var usual = new Addresses(0);
        var shifted = new Addresses(1000);

        for (var component : Component.values()) {
            assertThat(shifted.all(component))
                    .isEqualTo(usual.all(component).stream().map(it -> it + 1000).toList());
        }
    }

    @Test
    void noTwoComponentsShareAPort() {
        var all = Arrays.stream(Component.values())
                .flatMap(it -> new Addresses(0).all(it).stream())
                .toList();

        assertThat(all).doesNotHaveDuplicates();
    }

    @Test
    void anOffsetThatLeavesNoRoomIsRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Addresses(50_000))
                .withMessageContaining("50000");
        assertThatIllegalArgumentException().isThrownBy(() -> new Addresses(-1)).withMessageContaining("-1");
    }

    @Test
    void whatDoesNotSpeakAProtocolHasNoAddressForIt() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Addresses(0).grpc(Component.GATEWAY));
        assertThatIllegalArgumentException().isThrownBy(() -> new Addresses(0).http(Component.KAFKA));
    }

    @Test
    void servicesMayBeNamedShortly() {
        assertThat(Component.named("order")).contains(Component.ORDER);
        assertThat(Component.named("order-service")).contains(Component.ORDER);
        assertThat(Component.named("PostgreSQL")).contains(Component.POSTGRES);
        assertThat(Component.named("orders")).isEmpty();
    }
}
