package io.meridian.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;

class ClientsTest {

    private static final String HEADER = "x-customer-id";

    private final Clients clients = new Clients(List.of("10.0.0.0/8", "192.168.7.7", "fd00::/8"), HEADER);

    @Test
    void strangerIsItsAddressWhateverItClaims() {
        var headers = new HttpHeaders();
        headers.set(HEADER, "c-1");
        headers.set("X-Forwarded-For", "198.51.100.1");

        assertThat(clients.nameOf(at("203.0.113.9"), headers)).isEqualTo("ip4:203.0.113.9");
    }

    @Test
    void trustedProxyNamesItsCustomer() {
        var headers = new HttpHeaders();
        headers.set(HEADER, "c-1");

        assertThat(clients.nameOf(at("10.1.2.3"), headers)).isEqualTo("customer:c-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "a\tb", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    void nameThatIsNoNameIsNotBelieved(String customer) {
        var headers = new HttpHeaders();
        headers.set(HEADER, customer);

        assertThat(clients.nameOf(at("10.1.2.3"), headers)).isEqualTo("ip4:10.1.2.3");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            198.51.100.1                         | ip4:198.51.100.1
            198.51.100.1, 10.9.9.9               | ip4:198.51.100.1
            1.1.1.1, 198.51.100.1, 192.168.7.7   | ip4:198.51.100.1
            10.9.9.9, 10.8.8.8                   | ip4:10.9.9.9
            198.51.100.1, nonsense               | ip4:10.1.2.3
            198.51.100.1, example.com, 10.9.9.9  | ip4:10.9.9.9
            2001:db8:1:2:3:4:5:6                 | net6:20010db800010002
            """)
    void nearestAddressThatIsNotOursIsTheClient(String forwardedFor, String name) {
        var headers = new HttpHeaders();
        headers.set("X-Forwarded-For", forwardedFor);

        assertThat(clients.nameOf(at("10.1.2.3"), headers)).isEqualTo(name);
    }

    @Test
    void addressesOfOneNetworkAreOneClient() {
        assertThat(clients.nameOf(at("2001:db8::1"), new HttpHeaders()))
                .isEqualTo(clients.nameOf(at("2001:db8::ffff:2"), new HttpHeaders()))
                .isNotEqualTo(clients.nameOf(at("2001:db8:0:1::1"), new HttpHeaders()));
    }

    @Test
    void nobodyIsTrustedUnlessConfigured() {
        var headers = new HttpHeaders();
        headers.set("X-Forwarded-For", "198.51.100.1");

        assertThat(new Clients(List.of(), HEADER).nameOf(at("127.0.0.1"), headers)).isEqualTo("ip4:127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.example", "10.0.0.0/99", "10.0.0.0/x", ""})
    void networkThatIsNoneIsRefusedByName(String network) {
        assertThatThrownBy(() -> new Clients(List.of(network), HEADER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + network + "\"");
    }

    private static InetSocketAddress at(String address) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), 40_000);
    }
}
