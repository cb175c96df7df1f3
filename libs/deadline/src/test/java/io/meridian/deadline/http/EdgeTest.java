package io.meridian.deadline.http;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.deadline.BudgetHeader;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.http.HttpBudgets.Budget;
import io.meridian.deadline.http.HttpBudgets.Route;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** Where callers are strangers, and without a server that says more than it must. */
class EdgeTest {

    private final Heard heard = new Heard();
    private final DeadlineFilter filter = new DeadlineFilter(
            new HttpBudgets(
                    new Budget(ofSeconds(5), ofSeconds(30)),
                    List.of(
                            Route.of("/orders/{id}/events", new Budget(ofSeconds(600), ofSeconds(900))),
                            Route.of("/orders/**", new Budget(ofSeconds(2), ofSeconds(3))))),
            true,
            heard);

    @ParameterizedTest
    @CsvSource({"x-request-timeout-ms,1500", "x-envoy-expected-rq-timeout-ms,1500", "grpc-timeout,1500m"})
    void othersHeadersCount(String header, String value) throws Exception {
        var request = new MockHttpServletRequest("GET", "/");
        request.addHeader(header, value);

        assertThat(granted(request)).isEqualTo(ofMillis(1500));
    }

    @Test
    void leastCounts() throws Exception {
        var request = new MockHttpServletRequest("GET", "/");
        request.addHeader("x-request-timeout-ms", "1500");
        request.addHeader("x-envoy-expected-rq-timeout-ms", "1200");
        request.addHeader("grpc-timeout", "2S");

        assertThat(granted(request)).isEqualTo(ofMillis(1200));
    }

    @Test
    void whatCannotBeReadIsCountedAndIgnored() throws Exception {
        var request = new MockHttpServletRequest("GET", "/");
        request.addHeader("x-request-timeout-ms", "soon");

        assertThat(granted(request)).isEqualTo(ofSeconds(5));
        assertThat(heard.next()).isEqualTo("malformed x-request-timeout-ms");
    }

    @ParameterizedTest
    @CsvSource({
        "/orders/7/events,,600",
        "/orders/7/events,700000,700",
        "/orders/7/events,99999999,900",
        "/orders/7,,2",
        "/orders/7,99999,3",
        "/stock/7,,5",
        "/stock/7,99999,30"
    })
    void pathDecides(String path, String wish, int seconds) throws Exception {
        var request = new MockHttpServletRequest("GET", "/shop" + path);
        request.setContextPath("/shop");
        if (wish != null) {
            request.addHeader("x-request-timeout-ms", wish);
        }

        assertThat(granted(request)).isEqualTo(ofSeconds(seconds));
    }

    @Test
    void scopeEndsWithTheRequest() throws Exception {
        granted(new MockHttpServletRequest("GET", "/"));

        assertThat(DeadlineScope.current()).isEmpty();
        assertThat(heard.next()).isEqualTo("opened http 5000");
        assertThat(heard.next()).isEqualTo("closed in time");
    }

    private Duration granted(MockHttpServletRequest request) throws Exception {
        var response = new MockHttpServletResponse();
        filter.doFilter(request, response, new MockFilterChain(new HttpServlet() {
            @Override
            protected void doGet(HttpServletRequest asked, HttpServletResponse answer) throws IOException {
                answer.getWriter()
                        .print(DeadlineScope.current().orElseThrow().deadline().budget());
            }
        }));
        var budget = BudgetHeader.read(response.getHeader("x-deadline")).orElseThrow();
        assertThat(response.getContentAsString()).isEqualTo(budget.granted().toString());
        return budget.granted();
    }
}
