package io.meridian.local.oracle;

import java.util.List;

/** The oracles there are. */
public final class Oracles {

    private static final List<Oracle> ALL = List.of(
            new MoneyOracle(),
            new LedgerOracle(),
            new StockOracle(),
            new EndsOracle(),
            new LeftoversOracle(),
            new AcknowledgedOracle(),
            new AnswersOracle(),
            new OutboxOracle(),
            new InboxOracle(),
            new EffectsOracle(),
            new DeadLetterOracle(),
            new EpochOracle(),
            new ResourceOracle());

    private Oracles() {}

    /** All, in the order in which they are told. */
    public static List<Oracle> all() {
        return ALL;
    }

    /**
     * The oracle of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Oracle named(String name) {
        return ALL.stream()
                .filter(it -> it.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no oracle " + name + "; there are "
                        + String.join(", ", ALL.stream().map(Oracle::name).toList())));
    }
}
