package io.meridian.outbox.kafka;

import java.util.Locale;

/** Why a record was put aside: the value of {@link DeadLetters#REASON}, in lower case with hyphens. */
public enum ParkedReason {
    /** Its envelope or its body is not what it should be. */
    UNREADABLE,
    /** It is an event, of a kind this release of the service does not know; a later one may. */
    UNKNOWN_TYPE,
    /** It is an event, of a version this release of the service does not know; a later one may. */
    UNKNOWN_VERSION,
    /** It has a key and no value, which in a topic of events means nothing. */
    TOMBSTONE,
    /** It was tried as often as such a failure is worth. */
    FAILED;

    static ParkedReason of(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 20; depth++) {
            if (cause instanceof UnreadableEventException unreadable) {
                return unreadable.reason();
            }
            cause = cause.getCause();
        }
        return FAILED;
    }

    /** As it stands in the header, such as {@code unknown-type}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
