package io.meridian.local.oracle;

import io.meridian.local.oracle.Evidence.DeadLetter;
import io.meridian.local.oracle.Evidence.Heard;
import io.meridian.local.oracle.Evidence.Section;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Nobody gave up an event that was not applied later. */
final class DeadLetterOracle implements Oracle {

    @Override
    public String name() {
        return "dead letters";
    }

    @Override
    public String holds() {
        return "no dead letter waits to be applied";
    }

    @Override
    public Set<Section> needs() {
        return EnumSet.of(Section.EVENTS);
    }

    @Override
    public String advice() {
        return "Read why it was given up, mend that, and have the letters delivered again.";
    }

    @Override
    public List<Finding> judge(Evidence evidence) {
        Set<Heard> heard = new HashSet<>(evidence.events().heard());
        return evidence.events().deadLetters().stream()
                .filter(it -> !isAppliedSince(it, heard))
                .map(it -> Finding.wrong(
                        it.topic() + "-" + it.partition() + "@" + it.offset(),
                        (it.event() == null ? "something that is no event" : "event " + it.event()) + " was given up by "
                                + (it.group() == null ? "somebody" : it.group()) + ": " + it.reason()))
                .toList();
    }

    /** By whoever gave it up; by all whom it is for, if the letter does not say who that was. */
    private static boolean isAppliedSince(DeadLetter letter, Set<Heard> heard) {
        var event = letter.event();
        if (event == null) {
            return false;
        }
        var topic = letter.topic().replaceFirst("\\.dlt$", "");
        var consumers = Arrays.stream(Consumer.values())
                .filter(it -> it.topic().equals(topic))
                .filter(it -> letter.group() == null || it.group().equals(letter.group()))
                .toList();
        return !consumers.isEmpty()
                && consumers.stream().allMatch(it -> heard.contains(new Heard(it.id(), event)));
    }

    @Override
    public String judged(Evidence evidence) {
        return evidence.events().deadLetters().size() + " dead letters";
    }
}
