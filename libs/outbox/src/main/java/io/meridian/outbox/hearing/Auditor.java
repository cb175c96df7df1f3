package io.meridian.outbox.hearing;

import io.meridian.outbox.HearingListener;
import io.meridian.outbox.hearing.OffsetAudit.Finding;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Audits the offsets of one listener whenever so many records were finished or so much time has passed, but at most once a look. An
 * offset that is misplaced at two audits in a row is told, once until it is in its place again.
 */
final class Auditor {

    private static final Logger log = LoggerFactory.getLogger(Auditor.class);

    private final Hearing hearing;
    private final String group;
    private final Broker broker;
    private final HearingSettings settings;
    private final List<HearingListener> listeners;
    private final LongSupplier nanoClock;
    private Map<TopicPartition, Finding> suspects = Map.of();
    private Map<TopicPartition, Finding> told = Map.of();
    private long auditedAt;
    private long finishedThen;

    Auditor(
            Hearing hearing,
            String group,
            Broker broker,
            HearingSettings settings,
            List<HearingListener> listeners,
            LongSupplier nanoClock) {
        this.hearing = hearing;
        this.group = group;
        this.broker = broker;
        this.settings = settings;
        this.listeners = List.copyOf(listeners);
        this.nanoClock = nanoClock;
        this.auditedAt = nanoClock.getAsLong() - settings.auditInterval().toNanos();
    }

    /** Audits if it is time to. */
    void look() {
        long finished = hearing.finished();
        var since = Duration.ofNanos(nanoClock.getAsLong() - auditedAt);
        if (finished - finishedThen >= settings.auditRecords() || since.compareTo(settings.auditInterval()) >= 0) {
            auditedAt = nanoClock.getAsLong();
            finishedThen = finished;
            audit();
        }
    }

    private void audit() {
        var assigned = hearing.partitions(null);
        if (assigned.isEmpty()) {
            hearing.audited(0, 0);
            suspects = Map.of();
            told = Map.of();
            return;
        }
        try {
            var before = hearing.positions();
            var committed = committed(assigned);
            var ends = broker.ends(assigned);
            var audit = OffsetAudit.of(before, hearing.positions(), committed, ends, assigned, hearing.span());
            hearing.audited(audit.gap(), audit.lag());
            judge(audit.misplaced());
        } catch (Broker.UnknownException e) {
            log.debug("Offsets of {} could not be audited: {}", hearing.listener(), e.getMessage());
            hearing.audited(-1, -1);
        }
    }

    /** Where each partition would be heard from again: with no commit where hearing began, or at its start if that is still to come. */
    private Map<TopicPartition, Long> committed(Set<TopicPartition> assigned) throws Broker.UnknownException {
        var offsets = new HashMap<>(hearing.beginnings());
        offsets.putAll(broker.committed(group, assigned));
        var unheard = new HashSet<>(assigned);
        unheard.removeAll(offsets.keySet());
        if (!unheard.isEmpty()) {
            offsets.putAll(broker.starts(unheard));
        }
        return offsets;
    }

    private void judge(Map<TopicPartition, Finding> misplaced) {
        var stillTold = new HashMap<TopicPartition, Finding>();
        misplaced.forEach((partition, finding) -> {
            var suspect = suspects.get(partition);
            if (suspect == null || suspect.how() != finding.how()) {
                return;
            }
            stillTold.put(partition, finding);
            if (!told.containsKey(partition)) {
                log.error(
                        "Committed offset of {} in group {} is {} what is finished by {} records",
                        partition,
                        group,
                        finding.how(),
                        finding.records());
                listeners.forEach(it ->
                        it.misplaced(hearing.listener(), partition.toString(), finding.how(), finding.records()));
            }
        });
        suspects = misplaced;
        told = stillTold;
    }
}
