package io.meridian.local.oracle;

import io.meridian.local.oracle.Evidence.DeadLetter;
import io.meridian.local.oracle.Evidence.Heard;
import io.meridian.local.oracle.Evidence.Published;
import io.meridian.local.oracle.Evidence.Section;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Every event that is in a topic was heard by everybody it is for, nobody heard one that is in none, and no group is behind. What is a
 * dead letter is {@link DeadLetterOracle}'s.
 */
final class InboxOracle implements Oracle {

    @Override
    public String name() {
        return "inbox";
    }

    @Override
    public String holds() {
        return "every event was applied by each of its consumers, and no group is behind";
    }

    @Override
    public Set<Section> needs() {
        return EnumSet.of(Section.EVENTS);
    }

    @Override
    public String advice() {
        return "See whether the consumer runs and what it says (`./meridian logs`); offsets that ran ahead of the inbox are set back.";
    }

    @Override
    public List<Finding> judge(Evidence evidence) {
        var findings = new ArrayList<Finding>();
        var events = evidence.events();
        var horizon = evidence.takenAt().minus(OutboxOracle.KEPT);
        Set<Heard> heard = new HashSet<>(events.heard());
        var dead = events.deadLetters().stream().map(DeadLetter::event).collect(Collectors.toSet());
        var ids = new HashSet<String>();
        for (var record : events.published()) {
            if (!ids.add(record.id()) || dead.contains(record.id()) || !record.at().isAfter(horizon)) {
                continue;
            }
            for (var consumer : Consumer.of(record.topic())) {
                if (!heard.contains(new Heard(consumer.id(), record.id()))) {
                    findings.add(Finding.unfinished(
                            record.id(), record.type() + " about " + record.key() + " was not applied by " + consumer.id()));
                }
            }
        }
        unpublished(evidence, ids, findings);
        for (var lag : events.lags()) {
            if (lag.behind() > 0) {
                // Named with how far it came: a group that goes on is another finding each time.
                findings.add(Finding.unfinished(
                        lag.group() + " " + lag.topic() + "-" + lag.partition() + "@" + lag.committed(),
                        "is " + lag.behind() + " records behind"));
            }
        }
        return findings;
    }

    private static void unpublished(Evidence evidence, Set<String> ids, List<Finding> findings) {
        var said = evidence.events().said().stream().map(it -> it.id().toString()).collect(Collectors.toSet());
        var known = new HashSet<String>();
        for (var consumer : Consumer.values()) {
            known.add(consumer.id());
        }
        for (var it : evidence.events().heard()) {
            // An event that is neither in a topic nor in an outbox may be older than both remember.
            if (known.contains(it.consumer()) && said.contains(it.event()) && !ids.contains(it.event())) {
                findings.add(Finding.wrong(it.event(), it.consumer() + " applied an event that is in no topic"));
            }
        }
    }

    @Override
    public String judged(Evidence evidence) {
        var distinct = evidence.events().published().stream().map(Published::id).distinct().count();
        return distinct + " events, " + evidence.events().heard().size() + " times applied, "
                + evidence.events().lags().size() + " partitions";
    }
}
