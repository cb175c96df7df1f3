package io.meridian.breaker.retry;

/**
 * What became of one attempt, and so whether another may follow: if the request is idempotent or carries a key by which the dependency
 * knows it again. A request that is neither is never repeated, whatever became of it.
 *
 * <table>
 *   <caption>What may follow</caption>
 *   <tr><th>an attempt that was</th><th>another</th></tr>
 *   <tr><td>{@link #ANSWERED}</td><td>no: there is nothing left to ask</td></tr>
 *   <tr><td>{@link #NOT_SENT}</td><td>yes: nobody has begun with it</td></tr>
 *   <tr><td>{@link #BROKEN}</td><td>yes: it may have been done, and is recognised</td></tr>
 *   <tr><td>{@link #PUSHED_BACK}</td><td>yes, after the time that was asked for</td></tr>
 *   <tr><td>{@link #FAULTY}</td><td>no: the next would most likely fail alike</td></tr>
 *   <tr><td>{@link #EXPIRED}</td><td>no: nobody waits for it</td></tr>
 *   <tr><td>{@link #REJECTED}</td><td>no: whoever refused protects the dependency from just that</td></tr>
 *   <tr><td>{@link #CANCELLED}</td><td>no: nobody waits for it</td></tr>
 * </table>
 */
public enum AttemptEnd {

    /** The dependency answered; a refusal of its business (malformed, not found, out of stock, in progress) is an answer. */
    ANSWERED(false),

    /** The request did not leave: the connection was refused, there is no way to the host or no such host. */
    NOT_SENT(true),

    /** The connection broke before the answer began. Whether anything was done is not known. */
    BROKEN(true),

    /** The dependency refused to begin and said when to come again. */
    PUSHED_BACK(true),

    /** The dependency failed, or refused without saying when to come again. */
    FAULTY(false),

    /** The deadline passed: here, or there as the answer says. */
    EXPIRED(false),

    /** This side did not send it: a breaker, a limiter or a full pool of connections refused. */
    REJECTED(false),

    /** The caller left. */
    CANCELLED(false);

    private final boolean mayFollow;

    AttemptEnd(boolean mayFollow) {
        this.mayFollow = mayFollow;
    }

    /** Whether a request that the dependency recognises may be sent again after this. */
    public boolean anotherMayFollow() {
        return mayFollow;
    }

    /**
     * What an answer over HTTP is.
     *
     * @param status of the answer
     * @param deadlineExpired whether it says that the deadline was what ended it, as {@code x-deadline-expired: 1}
     * @param pushbackNanos when it asks to come again ({@link Pushback#nanos}); negative if it does not say
     * @param says whether it tells where the result is, as {@code Location} does: then the request was carried out to an end, and sent
     *     again would be told the same
     */
    public static AttemptEnd ofHttp(int status, boolean deadlineExpired, long pushbackNanos, boolean says) {
        if (status < 500) {
            return ANSWERED;
        }
        if (deadlineExpired) {
            return EXPIRED;
        }
        if (status == 501 || status == 505 || says) {
            return ANSWERED;
        }
        return status == 503 && pushbackNanos >= 0 ? PUSHED_BACK : FAULTY;
    }
}
