package io.meridian.local.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortsTest {

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "::"})
    void portSomebodyListensOnIsTakenAndTheOccupantIsNamed(String address) throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            assertThat(Ports.isTaken(server.getLocalPort())).isTrue();
            assertThat(Ports.occupant(server.getLocalPort()))
                    .hasValueSatisfying(it -> assertThat(it.pid()).isEqualTo(ProcessHandle.current().pid()));
        }
    }

    @Test
    void freePortIsNotTakenAndHasNoOccupant() {
        int port = Ports.free();

        assertThat(Ports.isTaken(port)).isFalse();
        assertThat(Ports.occupant(port)).isEmpty();
    }

    @Test
    void freePortsAreOutsideTheEphemeralRange() {
        assertThat(Ports.free()).isBetween(20_000, 32_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 65_536})
    void impossiblePortIsRefusedByTheSettings(int port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PartSettings(Path.of("x"), port, Path.of("y"), Lifetime.ITS_OWN))
                .withMessageContaining("was " + port);
    }
}
