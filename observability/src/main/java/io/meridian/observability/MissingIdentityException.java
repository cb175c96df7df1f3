package io.meridian.observability;

import java.util.List;

/** A service that does not know its own name, release or environment; it does not start. */
public final class MissingIdentityException extends RuntimeException {

    private final List<String> missing;

    MissingIdentityException(List<String> missing) {
        super("not set: " + String.join(", ", missing));
        this.missing = List.copyOf(missing);
    }

    /** The settings that are missing. */
    public List<String> missing() {
        return missing;
    }
}
