package io.meridian.deadline;

/**
 * Nobody wants the answer any more: its deadline passed, or the caller is gone. What was under way has been given up, or was not
 * begun.
 */
public final class ScopeEndedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Ending ending;

    public ScopeEndedException(Ending ending, String what) {
        this(ending, what, null);
    }

    /** @param what what was given up or not begun, as in "waiting for a connection" */
    public ScopeEndedException(Ending ending, String what, @org.jspecify.annotations.Nullable Throwable cause) {
        super((ending == Ending.EXPIRED ? "the deadline passed: " : "the caller is gone: ") + what, cause);
        this.ending = ending;
    }

    public Ending ending() {
        return ending;
    }
}
