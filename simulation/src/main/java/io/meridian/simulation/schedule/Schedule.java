package io.meridian.simulation.schedule;

import io.meridian.simulation.engine.Dice;
import io.meridian.simulation.engine.Node;
import io.meridian.simulation.engine.World;
import io.meridian.simulation.fault.Fault;
import io.meridian.simulation.fault.Faults;
import io.meridian.simulation.planted.Plant;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * One seed, from the first order to the verdict: processes are started, customers order, faults happen, everything is healed, and
 * when it has come to rest the oracles look at what is left.
 */
public final class Schedule {

    /**
     * Within this time after the last fault everything has ended; later by as much as the clock of a payment service was ahead, because
     * that says when it asks again what became of an operation.
     */
    public static final Duration MOST_AFTER_HEALING = Duration.ofSeconds(60);

    private static final long LOOK_EVERY = 100_000_000;
    private static final int MOST_ORDERS = 4;
    private static final int MOST_FAULTS = 5;

    private final long seed;
    private final World world;
    private final Dice dice;
    private final Faults faults;
    private final Platform platform;
    private final Customers customers;
    private final long healsAt;
    private long mostAhead;

    private Schedule(long seed, Plant plant, @Nullable Consumer<String> story) {
        this.seed = seed;
        this.world = new World(seed, story);
        this.dice = world.dice().split();
        var chosen = choose(seed, dice);
        this.faults = new Faults(world, dice.split(), chosen);
        this.platform = new Platform(world, Settings.draw(dice, chosen), faults, plant);
        this.customers = new Customers(platform);
        this.healsAt = dice.between(3_000_000_000L, 16_000_000_000L);
    }

    /**
     * Runs one seed on the calling thread, which had better be virtual: a platform thread gives the baton away a hundred times
     * slower.
     *
     * @param story told every step in words; null for none
     */
    public static Result run(long seed, Plant plant, @Nullable Consumer<String> story) {
        return new Schedule(seed, plant, story).run();
    }

    /**
     * One seed in thirty has no fault, one in four has one alone, the others have some in company. One in ten has an order that changes its mind
     * and a letter that is given back besides, which are nothing to each other unless they meet: then events come out of order.
     */
    private static Set<Fault> choose(long seed, Dice dice) {
        var chosen = drawn(seed, dice);
        if (Long.remainderUnsigned(seed, 10) == 9) {
            chosen.add(Fault.CANCELLED);
            chosen.add(Fault.PUT_ASIDE);
        }
        return chosen;
    }

    private static EnumSet<Fault> drawn(long seed, Dice dice) {
        var all = EnumSet.complementOf(EnumSet.of(Fault.PUT_ASIDE)).toArray(Fault[]::new);
        var chosen = EnumSet.noneOf(Fault.class);
        var kind = Long.remainderUnsigned(seed, 30);
        if (kind == 0) {
            return chosen;
        }
        var number = kind < 8 ? 1 : dice.between(2, MOST_FAULTS);
        while (chosen.size() < number) {
            chosen.add(all[dice.between(0, all.length - 1)]);
        }
        return chosen;
    }

    private Result run() {
        platform.start();
        customers.come(dice.between(1, MOST_ORDERS), Duration.ofMillis(dice.between(1, 3_000)));
        arrange();
        world.sleep(healsAt);
        heal();
        var healedAt = world.nanos();
        var quiet = settle(healedAt);
        var quietAt = world.nanos();
        var violations = new ArrayList<>(new Oracles(platform, customers, quiet).violations());
        if (quiet) {
            violations.addAll(leftOver());
        }
        var fault = world.fault();
        if (fault != null) {
            violations.add(new Violation(Oracle.UNEXPECTED, "the simulation failed: " + fault));
        }
        var hash = world.hash();
        world.close();
        var ledger = platform.ledger();
        return new Result(
                seed,
                hash,
                faults.chosen(),
                faults.tookCounts(),
                violations,
                platform.orderRows().orders.rows().size(),
                world.steps(),
                healedAt,
                quietAt,
                new Result.Deliveries(
                        ledger.received(),
                        ledger.applied(),
                        ledger.duplicates(),
                        ledger.stale(),
                        ledger.parked(),
                        ledger.interrupted(),
                        ledger.commitsRefused()));
    }

    /**
     * Waits until everything has come to rest; false if that takes too long. Letters are given back until there are none: one that was being
     * written when the rest was given back comes after that.
     */
    private boolean settle(long healedAt) {
        while (platform.broker().giveBack() || customers.waiting() > 0 || !platform.isQuiet()) {
            if (world.nanos() - healedAt > MOST_AFTER_HEALING.toNanos() + mostAhead || world.fault() != null) {
                return false;
            }
            world.sleep(LOOK_EVERY);
        }
        return true;
    }

    /** What works in the background lets go of everything now and then; what never does is left over. */
    private List<Violation> leftOver() {
        for (var look = 0; look < 200; look++) {
            if (Oracles.leftOver(platform).isEmpty()) {
                return List.of();
            }
            world.sleep(7_300_000);
        }
        return Oracles.leftOver(platform);
    }

    private void heal() {
        faults.heal();
        platform.databases().forEach(it -> it.comeBack());
        platform.broker().comeBack();
        platform.broker().giveBack();
        platform.provider().comeBack();
        for (var node : platform.nodes()) {
            node.setSkew(Duration.ZERO);
            node.disarm();
            platform.boot(node);
        }
        world.tell("healed", "");
    }

    private void arrange() {
        world.whenCrashed(this::crashed);
        arrangeCrashes(Fault.CRASH_ORDER, "order");
        arrangeCrashes(Fault.CRASH_INVENTORY, "inventory");
        arrangeCrashes(Fault.CRASH_PAYMENT, "payment");
        arrangePauses(Fault.PAUSE_ORDER, "order");
        arrangePauses(Fault.PAUSE_INVENTORY, "inventory");
        arrangePauses(Fault.PAUSE_PAYMENT, "payment");
        sometimes(Fault.POWER_FAILURE, 1, () -> {
            faults.took(Fault.POWER_FAILURE);
            platform.nodes().forEach(Node::crash);
        });
        sometimes(Fault.CLOCK_AHEAD, 2, () -> skew(Fault.CLOCK_AHEAD, 1));
        sometimes(Fault.CLOCK_BEHIND, 2, () -> skew(Fault.CLOCK_BEHIND, -1));
        sometimes(Fault.PARTITION, 2, this::cut);
        sometimes(Fault.DATABASE_AWAY, 2, () -> {
            var database = dice.pick(platform.databases());
            faults.took(Fault.DATABASE_AWAY);
            database.goAway();
            later(8_000, database::comeBack);
        });
        sometimes(Fault.DATABASE_CRASH, 3, () -> {
            var _ = dice.pick(platform.databases()).crash();
            faults.took(Fault.DATABASE_CRASH);
        });
        sometimes(Fault.DATABASE_SLOW, 2, () -> {
            faults.slowDown(dice.pick(platform.databases()).name());
            later(6_000, () -> faults.slowDown(null));
        });
        sometimes(Fault.PROVIDER_AWAY, 2, () -> {
            faults.took(Fault.PROVIDER_AWAY);
            platform.provider().goAway();
            later(10_000, platform.provider()::comeBack);
        });
        sometimes(Fault.BROKER_AWAY, 2, () -> {
            faults.took(Fault.BROKER_AWAY);
            platform.broker().goAway();
            later(9_000, platform.broker()::comeBack);
        });
        sometimes(Fault.REBALANCE, 6, () -> platform.broker().groups().values().forEach(group -> {
            if (group.rebalance()) {
                faults.took(Fault.REBALANCE);
            }
        }));
        sometimes(Fault.REPLAY, 2, () -> {
            faults.took(Fault.REPLAY);
            dice.pick(List.copyOf(platform.broker().groups().values())).replay();
        });
        sometimes(Fault.POISON, 3, () -> {
            faults.took(Fault.POISON);
            var topic = dice.pick(List.of("orders.v1", "inventory.v1", "payments.v1"));
            platform.broker()
                    .append(topic, "poison", "not an event".getBytes(StandardCharsets.UTF_8), new RecordHeaders());
        });
        if (faults.has(Fault.EXPIRY)) {
            faults.took(Fault.EXPIRY);
        }
        sometimes(Fault.PUT_ASIDE, 3, platform.broker()::giveBack);
    }

    private void arrangeCrashes(Fault fault, String service) {
        sometimes(fault, 3, () -> {
            var node = dice.pick(platform.nodes(service));
            node.crashAfter(dice.between(1, 80));
        });
    }

    private void arrangePauses(Fault fault, String service) {
        sometimes(fault, 2, () -> {
            var node = dice.pick(platform.nodes(service));
            var most = Math.max(1, (healsAt - world.nanos()) / 1_000_000);
            var duration = Duration.ofMillis(dice.between(1, Math.min(most, dice.chance(0.5) ? 3_000 : 14_000)));
            node.pauseAfter(dice.between(1, 60), duration, healsAt, () -> faults.took(fault));
        });
    }

    private void crashed(Node node) {
        if (node.name().startsWith("order")) {
            tookIfChosen(Fault.CRASH_ORDER);
        } else if (node.name().startsWith("inventory")) {
            tookIfChosen(Fault.CRASH_INVENTORY);
        } else {
            tookIfChosen(Fault.CRASH_PAYMENT);
        }
        later(5_000, () -> platform.boot(node));
    }

    private void tookIfChosen(Fault fault) {
        if (faults.has(fault)) {
            faults.took(fault);
        }
    }

    private void skew(Fault fault, int sign) {
        var node = dice.pick(platform.nodes());
        var most = dice.chance(0.5) ? 5_000 : 600_000;
        var skew = Duration.ofMillis((long) sign * dice.between(50, most));
        node.setSkew(skew);
        if (platform.nodes("payment").contains(node)) {
            mostAhead = Math.max(mostAhead, skew.toNanos());
        }
        faults.took(fault);
    }

    private void cut() {
        var node = dice.pick(platform.nodes("order"));
        platform.cut(node, dice.chance(0.5) ? platform.inventoryService() : platform.paymentService());
        later(8_000, platform::uncut);
    }

    /** Does it once or more often, at any time before healing, if the schedule has the fault. */
    private void sometimes(Fault fault, int most, Runnable work) {
        if (!faults.has(fault)) {
            return;
        }
        var times = dice.between(1, most);
        for (var time = 0; time < times; time++) {
            world.at(dice.between(0, Math.min(healsAt, 6_000_000_000L)), () -> {
                if (!faults.isHealed()) {
                    work.run();
                }
            });
        }
    }

    private void later(int mostMillis, Runnable work) {
        world.after(Duration.ofMillis(dice.between(1, mostMillis)), work);
    }
}
