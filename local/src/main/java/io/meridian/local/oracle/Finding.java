package io.meridian.local.oracle;

/**
 * Something that is not as it must be.
 *
 * @param id what it is about: an order, a product, an event, a gauge
 * @param what what was expected and what was found
 */
public record Finding(Kind kind, String id, String what) {

    /** Whether time can still put it right. */
    public enum Kind {
        /** Nothing the platform does from here on can make this right. */
        WRONG,
        /** As it is while something is under way; wrong only if it stays so. */
        UNFINISHED
    }

    static Finding wrong(Object id, String what) {
        return new Finding(Kind.WRONG, id.toString(), what);
    }

    static Finding unfinished(Object id, String what) {
        return new Finding(Kind.UNFINISHED, id.toString(), what);
    }

    /** What stays the same from look to look while nothing about it changes; a wrong thing is told with what is wrong about it. */
    String identity() {
        return kind == Kind.WRONG ? kind + " " + id + " " + what : kind + " " + id;
    }

    @Override
    public String toString() {
        return id + ": " + what;
    }
}
