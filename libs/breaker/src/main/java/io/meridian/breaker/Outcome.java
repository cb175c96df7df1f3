package io.meridian.breaker;

/** What became of a call, as far as it says something about the dependency. */
public enum Outcome {

    /** It answered; also with a refusal of its business (not found, out of stock, a malformed request), because that is it working. */
    SUCCEEDED,

    /** It answered that it cannot, or could not be reached. */
    FAILED,

    /** The deadline passed before it answered: nothing is known but that it takes longer than that. */
    TIMED_OUT,

    /** Nothing is learnt from it: the caller left, or the call ended on this side. The permit is only returned. */
    IGNORED
}
