package io.meridian.simulation.campaign;

import io.meridian.simulation.planted.Planted;
import io.meridian.simulation.schedule.Oracle;
import io.meridian.simulation.schedule.Schedule;
import io.meridian.simulation.schedule.Violation;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A planted bug that was found.
 *
 * @param seed the first one in whose schedule such an oracle saw it
 * @param oracles all that saw it there
 * @param first what the first of those that were asked for said
 */
public record Catch(Planted bug, long seed, Set<Oracle> oracles, Violation first) {

    /** Looks for the bug in the seeds from 0 on; empty if none of {@code most} shows it to any oracle. */
    public static Optional<Catch> of(Planted bug, long most) {
        return by(EnumSet.allOf(Oracle.class), bug, most);
    }

    /** As {@link #of}, but what other oracles see does not count. */
    public static Optional<Catch> by(Set<Oracle> oracles, Planted bug, long most) {
        for (var seed = 0L; seed < most; seed++) {
            var violations = Schedule.run(seed, bug, null).violations();
            for (var violation : violations) {
                if (oracles.contains(violation.oracle())) {
                    var all = violations.stream().map(Violation::oracle).collect(Collectors.toSet());
                    return Optional.of(new Catch(bug, seed, EnumSet.copyOf(all), violation));
                }
            }
        }
        return Optional.empty();
    }
}
