package io.meridian.inventory.watching;

import java.util.Optional;

/** A place in a log, as subscribers keep it. */
record Cursor(String log, long position) {

    /** What {@link #toString} wrote; empty if it is anything else, such as what another release writes. */
    static Optional<Cursor> of(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Cursor(text.substring(0, colon), Long.parseUnsignedLong(text, colon + 1, text.length(), 16)));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return log + ':' + Long.toHexString(position);
    }
}
