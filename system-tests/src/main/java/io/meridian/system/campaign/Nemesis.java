package io.meridian.system.campaign;

import io.meridian.system.campaign.Outcome.Proof;
import io.meridian.system.campaign.Schedule.Step;
import io.meridian.system.nemesis.Fault;
import io.meridian.system.nemesis.LinkFault;
import io.meridian.system.nemesis.Proofs;
import io.meridian.system.nemesis.Unproven;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Carries a schedule out: each fault is injected in its time, proves that it took, lasts, and is healed; when the last is healed each
 * proves that it is. A fault without both proofs makes the schedule void: whatever was seen may have been fair weather.
 */
final class Nemesis {

    /** A service that was killed while its database was cut off starts when that is back. */
    private static final Duration HEALING = Duration.ofSeconds(100);

    private static final Duration HEALED = Duration.ofSeconds(45);

    private final Function<String, Fault> make;
    private final Duration healing;
    private final Duration healed;

    /** @param make the fault of a name */
    Nemesis(Function<String, Fault> make) {
        this(make, HEALING, HEALED);
    }

    /**
     * @param healing how long healing is tried
     * @param healed how long the proof that it healed is waited for
     */
    Nemesis(Function<String, Fault> make, Duration healing, Duration healed) {
        this.make = make;
        this.healing = healing;
        this.healed = healed;
    }

    /** What the faults of a schedule showed; whoever is not healed is named among the reasons. */
    record Report(List<Proof> proofs, List<String> unproven) {}

    Report carryOut(Schedule schedule) throws InterruptedException {
        var strikes = schedule.steps().stream().map(it -> new Strike(it, make.apply(it.fault()))).toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            strikes.forEach(it -> running.add(threads.submit(it)));
            try {
                for (var each : running) {
                    each.get();
                }
            } catch (java.util.concurrent.ExecutionException e) {
                throw new IllegalStateException("a fault failed in an unforeseen way", e.getCause());
            } catch (InterruptedException e) {
                threads.shutdownNow();
                throw e;
            } finally {
                // Links first: what is started again needs them.
                strikes.stream()
                        .sorted(Comparator.comparing(it -> !(it.fault instanceof LinkFault)))
                        .forEach(it -> it.healForGood(healing));
            }
        }
        for (var strike : strikes) {
            strike.proveHealed(healed);
        }
        return new Report(
                strikes.stream().map(Strike::proof).toList(),
                strikes.stream().flatMap(it -> it.unproven.stream()).toList());
    }

    /** One fault in its time. */
    private static final class Strike implements Runnable {

        private final Step step;
        private final Fault fault;
        private final List<String> unproven = new ArrayList<>();
        private String took = "";
        private String healed = "";
        private boolean isHealed;

        Strike(Step step, Fault fault) {
            this.step = step;
            this.fault = fault;
        }

        @Override
        public void run() {
            try {
                Thread.sleep(step.after());
                fault.inject();
                took = fault.proofThatItTook();
                var least = fault.lastsAtLeast();
                Thread.sleep(least.compareTo(step.lasts()) > 0 ? least : step.lasts());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (Exception e) {
                unproven.add(step.fault() + " did not take: " + e.getMessage());
            }
            try {
                fault.heal();
                isHealed = true;
            } catch (Exception _) {
                // others may be in the way yet: it is healed for good when all have had their time
            }
        }

        /** Also when the run is cut off: nothing may be left broken. */
        void healForGood(Duration bound) {
            var until = System.nanoTime() + bound.toNanos();
            while (!isHealed) {
                try {
                    fault.heal();
                    isHealed = true;
                } catch (Exception e) {
                    if (System.nanoTime() - until > 0 || Thread.currentThread().isInterrupted()) {
                        unproven.add(step.fault() + " could not be healed: " + e.getMessage());
                        return;
                    }
                }
            }
        }

        void proveHealed(Duration bound) throws InterruptedException {
            try {
                healed = Proofs.within(bound, fault::proofThatItHealed);
            } catch (Unproven e) {
                unproven.add(step.fault() + " did not heal: " + e.getMessage());
            }
        }

        Proof proof() {
            return new Proof(step.fault(), took, healed);
        }
    }
}
