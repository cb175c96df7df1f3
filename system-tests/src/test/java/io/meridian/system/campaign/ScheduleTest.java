package io.meridian.system.campaign;

import static io.meridian.local.platform.Component.GATEWAY;
import static io.meridian.local.platform.Component.KAFKA;
import static io.meridian.local.platform.Component.ORDER;
import static io.meridian.local.platform.Component.POSTGRES;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.system.campaign.Schedule.Step;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A seed is a schedule, and faults in company do not stand in each other's light. */
class ScheduleTest {

    private final Map<String, Pretended> faults = new LinkedHashMap<>();

    ScheduleTest() {
        for (var fault : List.of(
                new Pretended("kill order", ORDER),
                new Pretended("slow order", ORDER),
                new Pretended("replay order", ORDER, KAFKA, POSTGRES),
                new Pretended("kill kafka", KAFKA),
                new Pretended("kill gateway", GATEWAY),
                new Pretended("full disk", POSTGRES))) {
            faults.put(fault.name(), fault);
        }
        pretended("full disk").isAlone = true;
    }

    @Test
    void seedSaysWhatHappens() {
        assertThat(random(42)).isEqualTo(random(42));
        assertThat(LongStream.range(0, 100).mapToObj(this::random).map(Schedule::words).distinct().count())
                .isGreaterThan(90);
    }

    @Test
    void noProcessIsStruckTwiceAndWhoMustBeAloneIs() {
        var sizes = new HashSet<Integer>();
        for (long seed = 0; seed < 500; seed++) {
            var schedule = random(seed);
            sizes.add(schedule.steps().size());

            var struck = schedule.steps().stream()
                    .map(Step::fault)
                    .map(this::pretended)
                    .flatMap(it -> it.strikes().stream())
                    .toList();
            assertThat(struck).as(schedule.words()).doesNotHaveDuplicates();
            if (schedule.steps().stream().anyMatch(it -> it.fault().equals("full disk"))) {
                assertThat(schedule.steps()).hasSize(1);
            }
        }
        assertThat(sizes).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void everyFaultHasItsTurn() {
        var drawn = LongStream.range(0, 500)
                .mapToObj(this::random)
                .flatMap(it -> it.steps().stream())
                .map(Step::fault)
                .collect(Collectors.toSet());

        assertThat(drawn).isEqualTo(faults.keySet());
    }

    private Schedule random(long seed) {
        return Schedule.random(seed, List.copyOf(faults.keySet()), this::pretended);
    }

    private Pretended pretended(String name) {
        return java.util.Objects.requireNonNull(faults.get(name));
    }
}
