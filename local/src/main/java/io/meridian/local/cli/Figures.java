package io.meridian.local.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;

/** Numbers as people read them. */
final class Figures {

    private Figures() {}

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }

    static String millis(Duration duration) {
        return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
    }

    /** Decimal megabytes and gigabytes. */
    static String bytes(OptionalLong bytes) {
        if (bytes.isEmpty()) {
            return "?";
        }
        var value = bytes.getAsLong();
        return value < 1_000_000_000
                ? value / 1_000_000 + " MB"
                : String.format(Locale.ROOT, "%.2f GB", value / 1e9);
    }

    /** Such as {@code 2 h 5 m}: two units at most. */
    static String age(Duration duration) {
        var seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " m " + seconds % 60 + " s";
        }
        if (seconds < 86_400) {
            return seconds / 3600 + " h " + seconds % 3600 / 60 + " m";
        }
        return seconds / 86_400 + " d " + seconds % 86_400 / 3600 + " h";
    }

    /** An amount in minor units, as in {@code 39.98 EUR}. */
    static String money(long minor, String currency) {
        return String.format(Locale.ROOT, "%d.%02d %s", minor / 100, Math.abs(minor % 100), currency);
    }
}
