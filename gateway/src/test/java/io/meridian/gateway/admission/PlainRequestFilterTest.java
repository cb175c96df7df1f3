package io.meridian.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainRequestFilterTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/api/orders",
                "/api/orders/",
                "/api/inventory/SKU-0001",
                "/order.v1.OrderService/GetOrder",
                "/docs/ui/swagger-ui.css",
                "/api/inventory/SKU%20x",
                "/api/inventory/%C3%A4",
                "/a..b/..c/d.."
            })
    void plainPathPasses(String path) {
        assertThat(PlainRequestFilter.isPlain(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "api/orders",
                "//api/orders",
                "/api//orders",
                "/api/./orders",
                "/api/../orders",
                "/api/orders/..",
                "/api/orders/.",
                "/api/%2e%2e/orders",
                "/api/.%2E/orders",
                "/api/orders%2fx",
                "/api/orders%5Cx",
                "/api\\orders",
                "/api/orders;jsessionid=1",
                "/api/orders%3Bx",
                "/api/orders\u00e4",
                "/api/orders%00",
                "/api/orders%0d%0aSet-Cookie:x",
                "/api/orders%7f",
                "/api/orders%252e",
                "/api/orders%",
                "/api/orders%2",
                "/api/orders%zz"
            })
    void pathThatTwoServersMayReadDifferentlyIsRefused(String path) {
        assertThat(PlainRequestFilter.isPlain(path)).isFalse();
    }
}
