package io.meridian.local.oracle;

import io.meridian.local.oracle.Evidence.Published;
import io.meridian.local.oracle.Evidence.Said;
import io.meridian.local.oracle.Evidence.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An event is published if and only if its write committed, and the events of one order can first be read in the order in which they were
 * said. Repetitions are allowed: whoever publishes again begins somewhere further back.
 *
 * <p>Does not judge what is older than {@link #KEPT}: by then the outbox or the topic may have forgotten.
 */
final class OutboxOracle implements Oracle {

    /** A day less than outboxes ({@code meridian.outbox.retention.outbox}) and topics (Kafka's default) keep events. */
    static final Duration KEPT = Duration.ofDays(6);

    @Override
    public String name() {
        return "outbox";
    }

    @Override
    public String holds() {
        return "an event is in its topic if and only if its write committed, and those of one order in their order";
    }

    @Override
    public Set<Section> needs() {
        return EnumSet.of(Section.EVENTS);
    }

    @Override
    public String advice() {
        return "See whether the relay publishes (`./meridian logs`); what a topic lacks is published again from the table.";
    }

    @Override
    public List<Finding> judge(Evidence evidence) {
        var findings = new ArrayList<Finding>();
        var horizon = evidence.takenAt().minus(KEPT);
        var said = new HashMap<String, Said>();
        evidence.events().said().forEach(it -> said.put(it.id().toString(), it));
        var first = firsts(evidence.events().published());
        for (var it : evidence.events().said()) {
            if (it.at().isAfter(horizon)) {
                published(it, first.get(it.id().toString()), findings);
            }
        }
        first.values().stream()
                .filter(it -> it.at().isAfter(horizon) && !said.containsKey(it.id()))
                .forEach(it -> findings.add(Finding.wrong(
                        it.id(), place(it) + " holds a " + it.type() + " that no outbox has: its write did not commit")));
        inOrder(evidence.events().said(), first, findings);
        return findings;
    }

    /** Where each event can be read for the first time. */
    private static Map<String, Published> firsts(List<Published> published) {
        var first = new HashMap<String, Published>();
        for (var it : published) {
            first.merge(it.id(), it, (a, b) -> a.partition() == b.partition() && b.offset() < a.offset() ? b : a);
        }
        return first;
    }

    private static void published(
            Said said, @Nullable Published published, List<Finding> findings) {
        if (published == null) {
            findings.add(Finding.unfinished(
                    said.id(), said.type() + " about " + said.aggregate() + " is committed and not in " + said.topic()));
        } else if (!published.topic().equals(said.topic())
                || !Objects.equals(published.key(), said.aggregate())
                || !published.type().equals(said.type())) {
            findings.add(Finding.wrong(
                    said.id(),
                    "was said as %s about %s to %s, and is in %s as %s about %s"
                            .formatted(
                                    said.type(),
                                    said.aggregate(),
                                    said.topic(),
                                    place(published),
                                    published.type(),
                                    published.key())));
        }
    }

    private static void inOrder(List<Said> said, Map<String, Published> first, List<Finding> findings) {
        var byAggregate = Index.grouped(said, it -> it.service() + " " + it.aggregate());
        for (var events : byAggregate.values()) {
            var previous = (Published) null;
            for (var it : events.stream().sorted(Comparator.comparingLong(Said::sequence)).toList()) {
                var now = first.get(it.id().toString());
                if (now == null) {
                    continue;
                }
                if (previous != null
                        && now.topic().equals(previous.topic())
                        && (now.partition() != previous.partition() || now.offset() < previous.offset())) {
                    findings.add(Finding.wrong(
                            it.id(),
                            "%s about %s was said after %s, and stands at %s before %s"
                                    .formatted(it.type(), it.aggregate(), previous.type(), place(now), place(previous))));
                }
                previous = now;
            }
        }
    }

    private static String place(Published record) {
        return record.topic() + "-" + record.partition() + "@" + record.offset();
    }

    @Override
    public String judged(Evidence evidence) {
        var records = evidence.events().published().size();
        var distinct = evidence.events().published().stream().map(Published::id).distinct().count();
        return evidence.events().said().size() + " events said, " + records + " records"
                + (records > distinct ? ", " + (records - distinct) + " of them repetitions" : "");
    }
}
