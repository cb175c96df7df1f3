package io.meridian.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.NestedExceptionUtils;

class RoutingPropertiesTest {

    @Test
    void oneAddressOrSeveralWithCommasBetweenAreTheInstancesOfAService() {
        var addresses = bound("http://a:1, http://b:2,http://order-service", "a:1,b:2").addresses();

        assertThat(addresses.get(Services.ORDER))
                .containsExactly(URI.create("http://a:1"), URI.create("http://b:2"), URI.create("http://order-service"));
        assertThat(addresses.get(Services.INVENTORY)).containsExactly(URI.create("http://[::1]:8082"));
        assertThat(addresses.get(Services.ORDER_GRPC)).containsExactly(URI.create("http://a:1"), URI.create("http://b:2"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "\"\", '' is not one",
                "\"http://a:1,\", '' is not one",
                "\"http://a:1,,http://b:2\", '' is not one",
                "a:1, 'a:1' is not one",
                "\"http://a:1,b:2\", 'b:2' is not one",
                "http://a:1/path, 'http://a:1/path' is not one",
                "http://a:1/, 'http://a:1/' is not one",
                "http://a:1?x=1, 'http://a:1?x=1' is not one",
                "http://a:1#x, 'http://a:1#x' is not one",
                "http://me@a:1, 'http://me@a:1' is not one",
                "http://a:99999, 'http://a:99999' is not one",
                "http://a:x, 'http://a:x' is not one",
                "ftp://a:1, 'ftp://a:1' is not one",
                "http://a b:1, 'http://a b:1' is not one",
                "http://, 'http://' is not one",
                "\"http://a:1,http://b:2,HTTP://A:1\", 'HTTP://A:1' is there twice"
            })
    void whatCannotBeMeantIsRefusedNamingTheValueAndTheExpectation(String list, String why) {
        assertThatThrownBy(() -> bound(list, "a:1"))
                .extracting(NestedExceptionUtils::getMostSpecificCause)
                .asString()
                .endsWith("meridian.gateway.routing.order must be http://host:port or several of them with commas between, was '" + list
                        + "': " + why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "http://a:1", "a:1,", "a:1,a:1", "a:1/x", "a:0", ":1"})
    void whatIsNoHostAndPortIsRefusedForGrpc(String list) {
        assertThatThrownBy(() -> bound("http://a:1", list))
                .extracting(NestedExceptionUtils::getMostSpecificCause)
                .asString()
                .contains("meridian.gateway.routing.order-grpc must be host:port or several of them with commas between, was '" + list + "'");
    }

    private static RoutingProperties bound(String order, String orderGrpc) {
        var source = new MapConfigurationPropertySource(Map.of(
                "meridian.gateway.routing.order", order,
                "meridian.gateway.routing.inventory", "http://[::1]:8082",
                "meridian.gateway.routing.payment", "http://c:3",
                "meridian.gateway.routing.order-grpc", orderGrpc));
        return new Binder(source).bind("meridian.gateway.routing", RoutingProperties.class).get();
    }
}
