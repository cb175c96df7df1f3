package io.meridian.order.remote;

import io.meridian.breaker.Breaker;
import io.meridian.breaker.Breakers;
import io.meridian.order.placing.Neighbours;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Asks the breakers of those an order needs. While one of them is open no order is begun; when its wait is over one at a time is, as the
 * breaker probes, and the others wait for what that finds out.
 */
public final class BreakersOnTheWay implements Neighbours {

    private final Breakers breakers;
    private final List<String> needed;
    private final Semaphore oneAtATime = new Semaphore(1);

    /** @param needed the names of the breakers before those that an order needs */
    public BreakersOnTheWay(Breakers breakers, List<String> needed) {
        this.breakers = breakers;
        this.needed = List.copyOf(needed);
    }

    @Override
    public Answer ask() {
        var isTry = false;
        for (var name : needed) {
            var breaker = breakers.named(name);
            switch (stateOf(breaker)) {
                case WORKS -> {}
                case TO_BE_TRIED -> isTry = true;
                case AWAY -> {
                    return new Answer.Away(name, breaker.retryAfter());
                }
            }
        }
        if (!isTry) {
            return ALWAYS_THERE.ask();
        }
        return oneAtATime.tryAcquire() ? new Answer.There(oneAtATime::release) : waitForTheTry();
    }

    /** Whether orders are refused, but for the one by which it is found out whether they have to be. */
    public boolean isClosed() {
        return needed.stream().anyMatch(it -> stateOf(breakers.named(it)) != State.WORKS);
    }

    private enum State {
        WORKS,
        TO_BE_TRIED,
        AWAY
    }

    private static State stateOf(Breaker breaker) {
        return switch (breaker.snapshot().state()) {
            case "OPEN" -> breaker.retryAfter().isPositive() ? State.AWAY : State.TO_BE_TRIED;
            case "FORCED_OPEN" -> State.AWAY;
            case "HALF_OPEN" -> State.TO_BE_TRIED;
            default -> State.WORKS;
        };
    }

    private Answer waitForTheTry() {
        return needed.stream()
                .map(breakers::named)
                .filter(it -> stateOf(it) != State.WORKS)
                .findFirst()
                .<Answer>map(it -> new Answer.Away(it.name(), it.retryAfter()))
                .orElseGet(() -> new Answer.There(() -> {})); // it has just been found out
    }
}
