package io.meridian.system.nemesis;

import static io.meridian.system.nemesis.Arena.seconds;

import io.meridian.local.platform.Component;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/** What can happen to a process as a whole, proven by the operating system. */
final class ProcessFaults {

    private ProcessFaults() {}

    /** A fault of one process of the platform. */
    abstract static class OfOne implements Fault {

        final Arena arena;
        final Component component;
        private final String verb;

        OfOne(Arena arena, Component component, String verb) {
            this.arena = arena;
            this.component = component;
            this.verb = verb;
        }

        @Override
        public String name() {
            return verb + " " + component.id();
        }

        @Override
        public Set<Component> strikes() {
            return Set.of(component);
        }

        final ProcessHandle running() throws Unproven {
            return arena.platform()
                    .process(component)
                    .orElseThrow(() -> new Unproven(component.title() + " does not run"));
        }
    }

    /** It is gone, and another one takes its place. */
    abstract static class Ending extends OfOne {

        private long pid;
        private Duration took = Duration.ZERO;

        Ending(Arena arena, Component component, String verb) {
            super(arena, component, verb);
        }

        abstract void end();

        @Override
        public void inject() throws Unproven {
            pid = running().pid();
            var begin = Instant.now();
            end();
            took = Duration.between(begin, Instant.now());
        }

        @Override
        public String proofThatItTook() throws Unproven, InterruptedException {
            // On a busy machine a process that has ended is still to be seen for a moment.
            return Proofs.within(Duration.ofSeconds(5), () -> {
                if (pid == 0 || ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
                    throw new Unproven("process " + pid + " of " + component.title() + " still lives");
                }
                if (arena.answers(component)) {
                    throw new Unproven("somebody answers on the port of " + component.title());
                }
                return "process " + pid + " ended in " + seconds(took) + ", nobody answers";
            });
        }

        @Override
        public void heal() {
            arena.platform().start(component);
        }

        @Override
        public String proofThatItHealed() throws Unproven {
            var now = running().pid();
            if (now == pid || !arena.platform().isReady(component)) {
                throw new Unproven(component.title() + " is process " + now + " and not ready");
            }
            return "process " + now + " is ready";
        }
    }

    /** SIGKILL: it can say nothing and save nothing. */
    static Fault kill(Arena arena, Component component) {
        return new Ending(arena, component, "kill") {
            @Override
            void end() {
                arena.platform().kill(component);
            }
        };
    }

    /** SIGTERM under load: it ends what it is about, and is back afterwards. */
    static Fault terminate(Arena arena, Component component) {
        return new Ending(arena, component, "terminate") {
            @Override
            void end() {
                arena.platform().stop(component);
            }
        };
    }

    /** SIGSTOP: its connections stay open and nobody answers, as with a machine that swaps or a long pause of its collector. */
    static final class Pause extends OfOne {

        /** It goes on by itself should the harness not live to wake it. */
        private static final Duration MOST = Duration.ofSeconds(90);

        private final Duration least;
        private long pid;

        Pause(Arena arena, Component component) {
            super(arena, component, "pause");
            this.least = Duration.ZERO;
        }

        /** For longer than somebody believes in whoever does not move. */
        Pause(Arena arena, Component component, Duration least) {
            super(arena, component, "pause for " + least.toSeconds() + " s");
            this.least = least;
        }

        @Override
        public Duration lastsAtLeast() {
            return least;
        }

        @Override
        public void inject() throws Unproven {
            pid = running().pid();
            arena.platform().pauseFor(component, MOST);
        }

        @Override
        public String proofThatItTook() throws Unproven {
            var state = Arena.state(pid);
            if (state != 'T') {
                throw new Unproven("process " + pid + " of " + component.title() + " is in state " + state);
            }
            if (arena.answers(component)) {
                throw new Unproven(component.title() + " answers although it is stopped");
            }
            return "process " + pid + " is in state T and does not answer";
        }

        @Override
        public void heal() {
            arena.platform().resume(component);
        }

        @Override
        public String proofThatItHealed() throws Unproven {
            if (running().pid() != pid || Arena.state(pid) == 'T' || !arena.platform().isReady(component)) {
                throw new Unproven(component.title() + " is not ready again");
            }
            return "process " + pid + " goes on and is ready";
        }
    }

    /** It runs by a clock that is wrong: what it dates is off by so much, seen in the events it appends. */
    static final class WrongClock extends OfOne {

        private static final String LATEST = """
                SELECT extract(epoch FROM occurred_at - now())::bigint FROM outbox_events ORDER BY sequence DESC LIMIT 1""";

        private final Duration offset;

        WrongClock(Arena arena, Component service, Duration offset) {
            super(arena, service, (offset.isNegative() ? "slow" : "fast") + " clock of");
            this.offset = offset;
        }

        @Override
        public void inject() {
            arena.platform().kill(component);
            arena.platform().start(component, Map.of("MERIDIAN_FAULTS_CLOCK_OFFSET", offset.toString()));
        }

        @Override
        public String proofThatItTook() throws Exception {
            return Proofs.within(Duration.ofSeconds(20), () -> {
                var ahead = latest();
                if (Math.abs(ahead - offset.toSeconds()) > 60) {
                    throw new Unproven("the latest event of " + component.title() + " is dated " + ahead + " s ahead");
                }
                return "its latest event is dated " + ahead + " s ahead of the database";
            });
        }

        @Override
        public void heal() {
            arena.platform().kill(component);
            arena.platform().start(component);
        }

        @Override
        public String proofThatItHealed() throws Exception {
            var ahead = latest();
            if (!arena.platform().isReady(component) || Math.abs(ahead) > 60) {
                throw new Unproven("the latest event of " + component.title() + " is dated " + ahead + " s ahead");
            }
            return "its latest event is dated " + ahead + " s ahead";
        }

        private long latest() throws Exception {
            try (var connection = arena.database(component)) {
                return Arena.number(connection, LATEST).orElseThrow(() -> new Unproven("there is no event yet"));
            }
        }
    }
}
