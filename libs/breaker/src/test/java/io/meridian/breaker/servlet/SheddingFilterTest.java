package io.meridian.breaker.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.breaker.Breaker;
import io.meridian.breaker.RemainingTime;
import io.meridian.breaker.shedding.DoorListener;
import io.meridian.breaker.shedding.DoorSettings;
import io.meridian.breaker.shedding.Doorkeeper;
import io.meridian.breaker.shedding.Importance;
import io.meridian.breaker.shedding.Priority;
import io.meridian.breaker.shedding.Refusal;
import io.meridian.breaker.shedding.Shed;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

@Timeout(60)
class SheddingFilterTest {

    private static final PathPriorities PRIORITIES = new PathPriorities(List.of(
            PathPriorities.Route.of(null, "/api/orders/{id}/events", Optional.empty()),
            PathPriorities.Route.of("POST", "/api/orders/{id}/cancel", Optional.of(Priority.CRITICAL_PLUS))));

    private final Doorkeeper door = new Doorkeeper(
            new DoorSettings(1, 1, Duration.ofSeconds(1), Duration.ofSeconds(10)),
            System::nanoTime,
            new SplittableRandom(1),
            DoorListener.NONE);
    private final List<Importance> served = new ArrayList<>();
    private final List<Refusal> refused = new ArrayList<>();
    private final FilterChain service = (_, _) -> served.add(Doorkeeper.current().orElseThrow().importance());
    private long remaining = Breaker.NO_DEADLINE;

    @Test
    void whatARequestIsTakenForIsItsMethodAndItsPath() throws Exception {
        ask("GET", "/api/orders/1");
        ask("POST", "/api/orders");
        ask("POST", "/api/orders/1/cancel");
        ask("GET", "/api/orders/1/cancel");

        assertThat(served)
                .extracting(Importance::priority)
                .containsExactly(
                        Priority.SHEDDABLE_PLUS, Priority.CRITICAL, Priority.CRITICAL_PLUS, Priority.SHEDDABLE_PLUS);
        assertThat(door.load().working()).isZero();
    }

    @Test
    void theCallerLowersAndNeverRaises() throws Exception {
        var lowered = request("POST", "/api/orders");
        lowered.addHeader("x-priority", "sheddable");
        lowered.addHeader("x-user-group", "5");
        var raised = request("GET", "/api/orders/1");
        raised.addHeader("x-priority", "critical-plus");

        filter(lowered, service);
        filter(raised, service);

        assertThat(served)
                .containsExactly(new Importance(Priority.SHEDDABLE, 5), Importance.of(Priority.SHEDDABLE_PLUS));
    }

    @Test
    void aStreamPassesAFullDoor() throws Exception {
        try (var _ = door.arrive(Importance.of(Priority.CRITICAL), Breaker.NO_DEADLINE)) {
            var passed = new ArrayList<String>();

            filter(request("GET", "/api/orders/1/events"), (_, _) -> passed.add("stream"));

            assertThat(passed).containsExactly("stream");
        }
    }

    @Test
    void whoIsRefusedIsAnsweredAndNotServed() throws Exception {
        try (var _ = door.arrive(Importance.of(Priority.CRITICAL), Breaker.NO_DEADLINE);
                var _ = door.arrive(Importance.of(Priority.CRITICAL), Breaker.NO_DEADLINE)) {
            ask("GET", "/api/orders/1");
        }

        assertThat(served).isEmpty();
        assertThat(refused).extracting(Refusal::why).containsExactly(Shed.FULL);
    }

    @Test
    void withoutAnybodyToWordItARefusalIs503() throws Exception {
        var response = new MockHttpServletResponse();

        RefusedRequest.PLAIN.answer(
                request("GET", "/"), response, new Refusal(Priority.CRITICAL, Shed.FULL, Duration.ofMillis(1_200)));

        assertThat(response.getStatus()).isEqualTo(503);
        assertThat(response.getHeader("Retry-After")).isEqualTo("2");
    }

    @Test
    void nobodyWaitsBeyondWhatIsLeft() throws Exception {
        remaining = Duration.ofMillis(20).toNanos();
        try (var _ = door.arrive(Importance.of(Priority.CRITICAL), Breaker.NO_DEADLINE)) {
            ask("POST", "/api/orders");
        }

        assertThat(refused).extracting(Refusal::why).containsExactly(Shed.EXPIRED);
    }

    @Test
    void anInterruptEndsTheWaitAndIsKept() throws Exception {
        try (var _ = door.arrive(Importance.of(Priority.CRITICAL), Breaker.NO_DEADLINE)) {
            Thread.currentThread().interrupt();
            ask("POST", "/api/orders");
        }

        assertThat(Thread.interrupted()).isTrue();
        assertThat(refused).extracting(Refusal::why).containsExactly(Shed.ABANDONED);
        assertThat(door.load().waiting()).isZero();
    }

    @Test
    void aRequestThatFailsGivesItsPlaceBack() {
        assertThatThrownBy(() -> filter(request("GET", "/"), (_, _) -> {
                    throw new IOException("on purpose");
                }))
                .isInstanceOf(IOException.class);
        assertThat(door.load().working()).isZero();
    }

    @Test
    void aRequestThatGoesOnKeepsItsPlaceUntilItIsComplete() throws Exception {
        var request = request("GET", "/api/orders");
        request.setAsyncSupported(true);

        filter(request, (asked, _) -> asked.startAsync());
        assertThat(door.load().working()).isEqualTo(1);

        Objects.requireNonNull(request.getAsyncContext()).complete();
        assertThat(door.load().working()).isZero();
    }

    private void ask(String method, String path) throws IOException, ServletException {
        filter(request(method, path), service);
    }

    private void filter(MockHttpServletRequest request, FilterChain chain) throws IOException, ServletException {
        RemainingTime left = () -> remaining;
        new SheddingFilter(door, PRIORITIES, left, (_, _, refusal) -> refused.add(refusal))
                .doFilter(request, new MockHttpServletResponse(), chain);
    }

    private static MockHttpServletRequest request(String method, String path) {
        return new MockHttpServletRequest(method, path);
    }
}
