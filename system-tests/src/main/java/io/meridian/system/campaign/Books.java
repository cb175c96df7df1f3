package io.meridian.system.campaign;

import io.meridian.local.oracle.Evidence.Section;
import io.meridian.local.oracle.EvidenceReader;
import io.meridian.local.oracle.Examination;
import io.meridian.local.oracle.Examination.State;
import io.meridian.local.oracle.Finding;
import io.meridian.local.oracle.Oracle;
import io.meridian.local.oracle.Oracles;
import io.meridian.local.oracle.Sources;
import io.meridian.system.history.Violation;
import io.meridian.system.nemesis.Arena;
import io.meridian.system.nemesis.Poison;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The oracles of {@code ./meridian verify} over everything that the platform holds, of all schedules so far. What clients were answered
 * is judged from their history instead; nobody outside sees the epochs of writes.
 */
final class Books implements AutoCloseable {

    /** What is unfinished when all orders have ended is the consumers' last commit of offsets and the like. */
    private static final Duration AT_MOST = Duration.ofSeconds(20);

    private static final Set<Section> NOT_HERE = Set.of(Section.HISTORY, Section.WRITES);
    private static final int MOST_TOLD = 10;

    private final EvidenceReader reader;
    private final Set<Violation> told = new HashSet<>();
    private final List<Oracle> oracles = Oracles.all().stream()
            .filter(it -> it.needs().stream().noneMatch(NOT_HERE::contains))
            .toList();

    Books(Arena arena) {
        this.reader = new EvidenceReader(Sources.of(arena.addresses(), Sources.PASSWORD));
    }

    /**
     * What the oracles found that they had not found before: what one schedule broke stays broken in the databases, and is not the next one's
     * fault. At most ten of a kind are told. An oracle that could not judge is told as if it had found that.
     */
    List<Violation> check() throws InterruptedException {
        var violations = new ArrayList<Violation>();
        for (var result : new Examination(reader::read, oracles, Examination.Settings.within(AT_MOST)).run()) {
            if (result.state() == State.NOT_JUDGED) {
                violations.add(new Violation(result.oracle().holds(), "not judged: " + result.why()));
            }
            result.findings().stream()
                    .filter(it -> !isOurs(it))
                    .map(it -> new Violation(result.oracle().holds(), it.toString()))
                    .filter(told::add)
                    .toList()
                    .stream()
                    .limit(MOST_TOLD)
                    .forEach(violations::add);
        }
        return violations;
    }

    /** The poison that the harness wrote has no cause, and lies where it should: among the dead letters. */
    private static boolean isOurs(Finding finding) {
        return finding.toString().contains(Poison.MARK) || finding.what().startsWith("something that is no event");
    }

    @Override
    public void close() {
        reader.close();
    }
}
