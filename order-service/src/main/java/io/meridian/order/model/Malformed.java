package io.meridian.order.model;

/**
 * What was sent can never be accepted as it is. The message names the place and says what was expected and what was found;
 * it is shown to the sender.
 */
public final class Malformed extends IllegalArgumentException {

    private final String detail;

    public Malformed(String place, String expected, String found) {
        this(place + ": expected " + expected + ", found " + found);
    }

    private Malformed(String detail) {
        super(detail);
        this.detail = detail;
    }

    /** The message, which there always is. */
    public String detail() {
        return detail;
    }

    /** With a value from outside, shown as far as it can be. */
    public static Malformed of(String place, String expected, String value) {
        return new Malformed(place, expected, shown(value));
    }

    /** A value from outside as it may stand in a message: quoted, printable, and not longer than helps. */
    static String shown(String value) {
        var printable = value.codePoints()
                .limit(40)
                .map(it -> it >= 0x20 && it < 0x7f ? it : '?')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append);
        return '"' + printable.toString() + (value.length() > 40 ? "…\"" : "\"");
    }
}
