package io.meridian.breaker.autoconfigure;

import io.meridian.breaker.Breaker;
import io.meridian.breaker.BreakerSnapshot;
import io.meridian.breaker.Breakers;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/** {@code GET /actuator/breakers} and {@code /actuator/breakers/<name>}: what each breaker does at the moment, and why. */
@Endpoint(id = "breakers")
class BreakersEndpoint {

    private final Breakers breakers;

    BreakersEndpoint(Breakers breakers) {
        this.breakers = breakers;
    }

    @ReadOperation
    All all() {
        return new All(breakers.all().stream()
                .map(Breaker::snapshot)
                .sorted(Comparator.comparing(BreakerSnapshot::name))
                .toList());
    }

    /** @return nothing, which is answered as not found, if nobody asked for a breaker of that name yet */
    @ReadOperation
    @Nullable BreakerSnapshot one(@Selector String name) {
        return breakers.all().stream()
                .filter(it -> it.name().equals(name))
                .map(Breaker::snapshot)
                .findAny()
                .orElse(null);
    }

    record All(List<BreakerSnapshot> breakers) {}
}
