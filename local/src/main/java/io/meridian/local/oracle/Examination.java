package io.meridian.local.oracle;

import io.meridian.local.oracle.Evidence.Section;
import io.meridian.local.oracle.Finding.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Judges a platform that may be at work. What exists at the first look is looked at again and again until all of it holds or the time is
 * up; so on a platform at rest that is well, one look is enough.
 *
 * <ul>
 *   <li>What looks wrong counts when it is seen a second time: looks are not of one moment.
 *   <li>What is unfinished counts when it is still so when the time is up. What begins later is counted as under way and not judged.
 *   <li>What can be judged only in quiet counts only if nothing happened between the last two looks.
 * </ul>
 *
 * <p>Guarantees to end: after {@link Settings#atMost} it looks once more if something is to be confirmed, and that is all.
 */
public final class Examination {

    private final Supplier<Evidence> look;
    private final List<Oracle> oracles;
    private final Settings settings;
    private final LongSupplier nanoClock;
    private final Pause pause;

    /** How long what is under way is waited for, and how long between two looks. */
    public record Settings(Duration atMost, Duration between) {

        public Settings {
            if (atMost.isNegative() || !between.isPositive()) {
                throw new IllegalArgumentException(
                        "the time must not be negative and the pause be positive, were " + atMost + " and " + between);
            }
        }

        /** Looks about once a second. */
        public static Settings within(Duration atMost) {
            return new Settings(atMost, Duration.ofMillis(700));
        }
    }

    /** Lets time pass. */
    @FunctionalInterface
    public interface Pause {
        void pause(Duration duration) throws InterruptedException;
    }

    /** What one oracle says. */
    public enum State {
        HOLDS,
        VIOLATED,
        NOT_JUDGED
    }

    /**
     * What one oracle said in the end.
     *
     * @param judged what it looked at
     * @param findings what is not as it must be; empty unless violated
     * @param underWay how much began after the first look and has not ended
     * @param why it was not judged; empty if it was
     */
    public record Result(Oracle oracle, State state, String judged, List<Finding> findings, int underWay, String why) {

        public Result {
            findings = List.copyOf(findings);
        }

        @Override
        public String toString() {
            return oracle.name() + " " + state
                    + findings.stream().map(it -> "\n  " + it).collect(Collectors.joining())
                    + (why.isEmpty() ? "" : " (" + why + ")");
        }
    }

    public Examination(
            Supplier<Evidence> look, List<Oracle> oracles, Settings settings, LongSupplier nanoClock, Pause pause) {
        this.look = look;
        this.oracles = List.copyOf(oracles);
        this.settings = settings;
        this.nanoClock = nanoClock;
        this.pause = pause;
    }

    /** By the machine's clock. */
    public Examination(Supplier<Evidence> look, List<Oracle> oracles, Settings settings) {
        this(look, oracles, settings, System::nanoTime, Thread::sleep);
    }

    /** Judges evidence of a platform that is known to be at rest: whatever is found counts. */
    public static List<Result> ofRest(Evidence evidence, List<Oracle> oracles) {
        return oracles.stream()
                .map(oracle -> {
                    var track = new Track(oracle);
                    track.look(evidence);
                    track.confirmAll();
                    return track.result(evidence, true);
                })
                .toList();
    }

    /** Looks until everything that was there at the first look is judged. */
    public List<Result> run() throws InterruptedException {
        var begin = nanoClock.getAsLong();
        var tracks = oracles.stream().map(Track::new).toList();
        var evidence = look.get();
        for (var track : tracks) {
            track.look(evidence);
        }
        var quiet = false;
        while (tracks.stream().anyMatch(Track::isOpen)) {
            var left = settings.atMost().toNanos() - (nanoClock.getAsLong() - begin);
            if (left <= 0 && tracks.stream().noneMatch(Track::awaitsConfirmation)) {
                break;
            }
            pause.pause(left > 0 && left < settings.between().toNanos() ? Duration.ofNanos(left) : settings.between());
            var before = Fingerprint.of(evidence);
            evidence = look.get();
            quiet = before.equals(Fingerprint.of(evidence));
            for (var track : tracks) {
                track.look(evidence);
            }
            if (left <= 0) {
                break;
            }
        }
        var last = evidence;
        var rested = quiet;
        return tracks.stream().map(it -> it.result(last, rested)).toList();
    }

    /** Changes whenever anything happens. */
    private record Fingerprint(int orders, int holds, int payments, int said, int published, int heard) {

        static Fingerprint of(Evidence evidence) {
            return new Fingerprint(
                    evidence.orders().hashCode(),
                    evidence.stock().holds().hashCode(),
                    evidence.money().payments().hashCode(),
                    evidence.events().said().size(),
                    evidence.events().published().size(),
                    evidence.events().heard().size());
        }
    }

    /** What one oracle has found so far. */
    private static final class Track {

        private final Oracle oracle;
        private final Map<String, Finding> open = new LinkedHashMap<>();
        private final Map<String, Finding> confirmed = new LinkedHashMap<>();
        private boolean looked;
        private int underWay;

        Track(Oracle oracle) {
            this.oracle = oracle;
        }

        void look(Evidence evidence) {
            if (missing(evidence).isPresent()) {
                return;
            }
            var found = oracle.judge(evidence).stream()
                    .collect(Collectors.toMap(Finding::identity, Function.identity(), (a, _) -> a, LinkedHashMap::new));
            if (!looked) {
                looked = true;
                open.putAll(found);
                return;
            }
            open.keySet().retainAll(found.keySet());
            underWay = 0;
            found.forEach((identity, finding) -> {
                if (finding.kind() == Kind.UNFINISHED) {
                    if (open.replace(identity, finding) == null) {
                        underWay++;
                    }
                } else if (open.remove(identity) != null) {
                    confirmed.put(identity, finding);
                } else if (!confirmed.containsKey(identity)) {
                    open.put(identity, finding);
                }
            });
        }

        void confirmAll() {
            confirmed.putAll(open);
            open.clear();
        }

        boolean isOpen() {
            return !open.isEmpty();
        }

        boolean awaitsConfirmation() {
            return open.values().stream().anyMatch(it -> it.kind() == Kind.WRONG);
        }

        Result result(Evidence evidence, boolean quiet) {
            var missing = missing(evidence);
            var findings = new ArrayList<>(confirmed.values());
            open.values().stream().filter(it -> it.kind() == Kind.UNFINISHED).forEach(findings::add);
            if (missing.isPresent() && findings.isEmpty()) {
                return new Result(oracle, State.NOT_JUDGED, "", List.of(), 0, missing.get());
            }
            var judged = oracle.judged(evidence);
            if (findings.isEmpty()) {
                return new Result(oracle, State.HOLDS, judged, List.of(), underWay, "");
            }
            return oracle.needsQuiet() && !quiet
                    ? new Result(oracle, State.NOT_JUDGED, judged, List.of(), underWay, "the platform is at work")
                    : new Result(oracle, State.VIOLATED, judged, findings, underWay, "");
        }

        private Optional<String> missing(Evidence evidence) {
            return oracle.needs().stream()
                    .sorted()
                    .map((Section section) -> evidence.missing().get(section))
                    .filter(Objects::nonNull)
                    .findFirst();
        }
    }
}
