package io.meridian.system.nemesis;

import static io.meridian.local.platform.Component.INVENTORY;
import static io.meridian.local.platform.Component.KAFKA;
import static io.meridian.local.platform.Component.ORDER;
import static io.meridian.local.platform.Component.PAYMENT;
import static io.meridian.local.platform.Component.POSTGRES;

import io.meridian.local.platform.Component;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** All faults there are, by name; each is made anew for each time that it is used. */
public final class Catalogue {

    /** The clock of a machine whose time service has been away for long. */
    private static final Duration WRONG_BY = Duration.ofMinutes(10);

    private final Map<String, Supplier<Fault>> processes = new LinkedHashMap<>();
    private final Map<String, Supplier<Fault>> links = new LinkedHashMap<>();

    public Catalogue(Arena arena) {
        for (var component : Component.values()) {
            process(() -> ProcessFaults.kill(arena, component));
        }
        for (var component : Component.values()) {
            process(() -> new ProcessFaults.Pause(arena, component));
        }
        // Longer than an order's lease, a consumer's session, a socket's patience, a producer's first attempt.
        process(() -> new ProcessFaults.Pause(arena, ORDER, Duration.ofSeconds(18)));
        process(() -> new TwoDrivers(arena));
        process(() -> new ProcessFaults.Pause(arena, INVENTORY, Duration.ofSeconds(13)));
        process(() -> new ProcessFaults.Pause(arena, POSTGRES, Duration.ofSeconds(13)));
        process(() -> new ProcessFaults.Pause(arena, KAFKA, Duration.ofSeconds(20)));
        for (var component : Component.values()) {
            process(() -> ProcessFaults.terminate(arena, component));
        }
        for (var service : List.of(ORDER, INVENTORY, PAYMENT)) {
            process(() -> new ProcessFaults.WrongClock(arena, service, WRONG_BY));
            process(() -> new ProcessFaults.WrongClock(arena, service, WRONG_BY.negated()));
        }
        process(() -> OtherFaults.flush(arena));
        for (var topic : KafkaFaults.topics()) {
            process(() -> KafkaFaults.poison(arena, topic));
            process(() -> KafkaFaults.duplicate(arena, topic));
        }
        for (var service : List.of(ORDER, INVENTORY, PAYMENT)) {
            process(() -> KafkaFaults.rebalance(arena, service));
            process(() -> KafkaFaults.replay(arena, service, false));
            process(() -> KafkaFaults.replay(arena, service, true));
            process(() -> DatabaseFaults.endSessions(arena, service));
            process(() -> DatabaseFaults.dropSlot(arena, service));
            process(() -> DatabaseFaults.freezeWalSender(arena, service));
        }
        process(() -> DatabaseFaults.loseSlot(arena, ORDER, Link.ORDER_TO_POSTGRES));
        process(() -> DatabaseFaults.killBackend(arena, ORDER));
        process(() -> DatabaseFaults.lock(arena, INVENTORY, "stock"));
        process(() -> DatabaseFaults.lock(arena, ORDER, "order_status"));
        process(() -> OtherFaults.fullDisk(arena, KAFKA));
        process(() -> OtherFaults.fullDisk(arena, POSTGRES));
        process(() -> OtherFaults.calls(
                arena, PAYMENT, "hang payment.authorise", Map.of("target", "payment.authorise", "hang", true, "forSeconds", 30)));
        process(() -> OtherFaults.calls(
                arena,
                PAYMENT,
                "fail half of payment",
                Map.of("target", "payment.*", "errorRate", 0.5, "error", "internal", "forSeconds", 30)));
        process(() -> OtherFaults.calls(
                arena, INVENTORY, "slow inventory.hold", Map.of("target", "inventory.hold", "latencyMs", 1500, "spread", 1, "forSeconds", 30)));
        process(() -> OtherFaults.calls(
                arena, ORDER, "fail a third of order.place", Map.of("target", "order.place", "errorRate", 0.3, "forSeconds", 30)));
        for (var link : Link.values()) {
            for (var kind : LinkFault.Kind.values()) {
                links.put(new LinkFault(arena, link, kind).name(), () -> new LinkFault(arena, link, kind));
            }
        }
    }

    /** The names of the faults of processes, databases, caches, topics and clocks. */
    public List<String> processes() {
        return List.copyOf(processes.keySet());
    }

    /** The names of the cells of link and fault. */
    public List<String> cells() {
        return List.copyOf(links.keySet());
    }

    public List<String> all() {
        var all = new ArrayList<>(processes.keySet());
        all.addAll(links.keySet());
        return all;
    }

    /**
     * A fault that has not happened yet.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public Fault make(String name) {
        var maker = processes.containsKey(name) ? processes.get(name) : links.get(name);
        if (maker == null) {
            throw new IllegalArgumentException("there is no fault \"" + name + "\"; there are: " + String.join(", ", all()));
        }
        return maker.get();
    }

    private void process(Supplier<Fault> maker) {
        processes.put(maker.get().name(), maker);
    }
}
