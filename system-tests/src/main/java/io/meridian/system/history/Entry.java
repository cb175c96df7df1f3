package io.meridian.system.history;

/**
 * One line of a history: a client begins to ask, or knows what it was told. As in Jepsen's histories an operation that began and has no
 * certain end may have happened, may not, and may yet.
 *
 * @param operation the same number in the line that begins an operation and in the one that ends it
 * @param client who asked; a client asks one thing at a time
 * @param atNanos since the history began
 * @param key the idempotency key, empty for what has none
 * @param body what tells one request body from another, empty for what has none
 * @param order the order's id, empty while it is not known
 * @param http the status of the answer, 0 if there was none
 * @param told the order's status, or the last word of the problem's type; empty if nothing was told
 * @param deadlineMillis how long the client said it would wait
 */
public record Entry(
        long operation,
        int client,
        Phase phase,
        Action action,
        long atNanos,
        String key,
        String body,
        String order,
        int http,
        String told,
        long deadlineMillis) {

    /** What an operation is about. */
    public enum Action {
        PLACE,
        READ,
        CANCEL
    }

    /** Where an operation stands. */
    public enum Phase {
        /** It begins. */
        INVOKE,
        /** It was done. */
        OK,
        /** It was refused for good, and the refusal is an answer that stays. */
        FAIL,
        /** It may have been done: no answer came, or one that says "later". */
        INFO
    }
}
