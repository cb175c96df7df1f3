package io.meridian.simulation.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.simulation.Virtually;
import io.meridian.simulation.campaign.Tally;
import io.meridian.simulation.fault.Fault;
import io.meridian.simulation.planted.Plant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ScheduleTest {

    /** What every change must pass; {@code -Dsimulation.seeds=} for another number. */
    private static final long SEEDS = Long.getLong("simulation.seeds", 10_000);

    @Test
    void tenThousandSchedulesLeaveNothingWrongAndEveryFaultReallyHappens() {
        var tally = Virtually.call(() -> {
            var all = new Tally();
            for (var seed = 0L; seed < SEEDS; seed++) {
                all.add(Schedule.run(seed, Plant.NONE, null));
            }
            return all;
        });

        assertThat(tally.violated())
                .as("violations; each is told step by step by simulation/run --replay SEED")
                .extracting(it -> "seed " + it.seed() + " " + it.violations())
                .isEmpty();
        assertThat(Stream.of(Fault.values()).filter(fault -> tally.took(fault) == 0))
                .as("faults that never happened in %d schedules", SEEDS)
                .isEmpty();
    }

    @Test
    void aSeedIsTheSameRunEachTime() {
        var first = Virtually.call(() -> hashes(100, 200));
        var second = Virtually.call(() -> hashes(100, 200));

        assertThat(second).isEqualTo(first).doesNotHaveDuplicates();
    }

    @Test
    void aReplayTellsEveryStepAndIsTheSameRun() {
        var story = new ArrayList<String>();
        var told = Virtually.call(() -> Schedule.run(31, Plant.NONE, story::add));
        var silent = Virtually.call(() -> Schedule.run(31, Plant.NONE, null));

        assertThat(told.hash()).isEqualTo(silent.hash());
        assertThat(story).hasSizeGreaterThan(50).anyMatch(line -> line.contains("answer"));
    }

    private static List<String> hashes(long from, long to) {
        var hashes = new ArrayList<String>();
        for (var seed = from; seed < to; seed++) {
            hashes.add(seed + " " + Long.toHexString(Schedule.run(seed, Plant.NONE, null).hash()));
        }
        return hashes;
    }
}
