package io.meridian.local.cli;

import io.meridian.local.cli.Waterfall.Hop;
import io.meridian.local.platform.ServerTiming;
import java.util.Locale;
import java.util.Optional;

/** Says in words where the budget of one request went. */
final class Spending {

    private final Hop root;
    private final ServerTiming timing;

    Spending(Hop root, ServerTiming timing) {
        this.root = root;
        this.timing = timing;
    }

    /** The hop that took the most for itself; what the way to the gateway took is nobody's. */
    Optional<Hop> greatest() {
        return root.greatestBelow();
    }

    /**
     * Where a deadline passed: in the last hop that used all it had been granted, or, if none that is known did, in the innermost that
     * is known.
     */
    Optional<Hop> end() {
        return root.all()
                .filter(it -> it != root && it.isSpent())
                .reduce((_, inner) -> inner)
                .or(() -> root.all().filter(it -> it != root && !isCall(it)).reduce((_, inner) -> inner));
    }

    /** Who spent the most of it; empty if nobody says what was granted. */
    Optional<String> sentence() {
        if (timing.grantedMillis().isEmpty()) {
            return Optional.empty();
        }
        var left = timing.leftMillis();
        return greatest().map(it -> it.name() + " spent the most: " + figure(it.ownMillis()) + " of the "
                + figure(timing.grantedMillis().getAsDouble()) + " ms granted"
                + (left.isPresent() ? "; " + figure(left.getAsDouble()) + " ms were left." : "."));
    }

    /** Where the deadline passed. */
    String endSentence() {
        return end().map(it -> "The deadline passed in " + it.name()
                        + (it.grantedMillis().isPresent()
                                ? ", which was granted " + figure(it.grantedMillis().getAsDouble()) + " ms"
                                : "")
                        + (it.name().equals("gateway") && it.called().isEmpty() ? ", before the order service had answered." : "."))
                .orElse("The deadline passed.");
    }

    /** A leaf that is a call, such as {@code inventory.hold}: unless it used all it had, it had been answered. */
    private static boolean isCall(Hop hop) {
        return hop.name().contains(".");
    }

    private static String figure(double millis) {
        return String.format(Locale.ROOT, "%.1f", millis);
    }
}
