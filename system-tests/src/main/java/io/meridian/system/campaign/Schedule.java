package io.meridian.system.campaign;

import io.meridian.local.platform.Component;
import io.meridian.system.nemesis.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which faults come when and for how long. A schedule follows from its seed and the names of the faults there are, and from nothing else;
 * how the platform and the clients go about it meanwhile does not.
 *
 * @param seed also of what the clients ask
 */
public record Schedule(long seed, List<Step> steps) {

    private static final int MOST_IN_COMPANY = 3;
    private static final int MOST_DRAWS = 50;
    private static final int LATEST_START_MILLIS = 4_000;
    private static final int SHORTEST_MILLIS = 800;
    private static final int LONGEST_MILLIS = 5_000;

    /** In a schedule with one fault it begins after a moment, and stays long enough for every client to meet it. */
    private static final Duration ALONE_AFTER = Duration.ofMillis(700);

    private static final Duration ALONE_FOR = Duration.ofSeconds(4);

    /** In turn each is healed, and has a moment to be forgotten, before the next one comes. */
    private static final Duration TURN = Duration.ofMillis(2_400);

    private static final Duration WITHIN_A_TURN = Duration.ofMillis(900);

    public Schedule {
        steps = List.copyOf(steps);
    }

    /**
     * One fault.
     *
     * @param after how long after the schedule's beginning
     * @param lasts how long until it is healed; more if the fault says so
     */
    public record Step(String fault, Duration after, Duration lasts) {

        @Override
        public String toString() {
            return "%s (at %.1f s for %.1f s)".formatted(fault, after.toMillis() / 1e3, lasts.toMillis() / 1e3);
        }
    }

    /** One fault alone. */
    public static Schedule alone(String fault, long seed) {
        return new Schedule(seed, List.of(new Step(fault, ALONE_AFTER, ALONE_FOR)));
    }

    /** One fault after the other, each alone in its time. */
    public static Schedule inTurn(List<String> faults, long seed) {
        return new Schedule(
                seed,
                IntStream.range(0, faults.size())
                        .mapToObj(it -> new Step(faults.get(it), TURN.multipliedBy(it), WITHIN_A_TURN))
                        .toList());
    }

    /**
     * One to three faults that strike different processes.
     *
     * @param names of which to draw
     * @param make the fault of a name, to ask it whom it strikes
     */
    public static Schedule random(long seed, List<String> names, Function<String, Fault> make) {
        var random = new Random(seed);
        var wanted = 1 + random.nextInt(MOST_IN_COMPANY);
        var struck = EnumSet.noneOf(Component.class);
        var steps = new ArrayList<Step>();
        for (int draw = 0; draw < MOST_DRAWS && steps.size() < wanted; draw++) {
            var name = names.get(random.nextInt(names.size()));
            var after = Duration.ofMillis(random.nextInt(LATEST_START_MILLIS));
            var lasts = Duration.ofMillis(random.nextInt(SHORTEST_MILLIS, LONGEST_MILLIS));
            var fault = make.apply(name);
            if (!(fault.isAlone() && wanted > 1) && fault.strikes().stream().noneMatch(struck::contains)) {
                struck.addAll(fault.strikes());
                steps.add(new Step(name, after, lasts));
            }
        }
        return new Schedule(seed, steps);
    }

    /** What it does, in one line. */
    public String words() {
        return steps.stream().map(Step::toString).collect(Collectors.joining(", "));
    }
}
