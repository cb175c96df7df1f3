package io.meridian.edges;

import java.util.Locale;
import java.util.Optional;

/**
 * Every way this platform says no. A constant is part of the contract with the outside: its {@link #type()} and
 * {@link #status()} never change, new ones may be added.
 *
 * <p>Two neighbours are told apart by who can do something about it: {@link #MALFORMED} will never be accepted as it is,
 * a 409 may be accepted once the state of the resource has changed, and {@link #OVERLOADED} and
 * {@link #DEPENDENCY_UNAVAILABLE} may be sent again unchanged after a while.
 */
public enum Problem {
    MALFORMED(400, "The request is malformed"),
    UNAUTHENTICATED(401, "Credentials are missing or not valid"),
    PAYMENT_DECLINED(402, "The payment was declined"),
    FORBIDDEN(403, "Not allowed"),
    NOT_FOUND(404, "Not found"),
    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    NOT_ACCEPTABLE(406, "Not available in an acceptable form"),
    OUT_OF_STOCK(409, "Out of stock"),
    REQUEST_IN_PROGRESS(409, "The first request with this key is still running"),
    NOT_CANCELLABLE(409, "The order cannot be cancelled"),
    ORDER_CANCELLED(409, "The order was cancelled meanwhile"),
    TOO_LARGE(413, "The request is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
    IDEMPOTENCY_KEY_REUSED(422, "The idempotency key was used for another request"),
    RATE_LIMITED(429, "Too many requests"),
    INTERNAL(500, "Something went wrong on our side"),
    OVERLOADED(503, "Too much to do at the moment"),
    DEPENDENCY_UNAVAILABLE(503, "Something this needs is not available"),
    DEADLINE_EXCEEDED(504, "The deadline has passed");

    private final int status;
    private final String type;
    private final String title;

    Problem(int status, String title) {
        this.status = status;
        this.type = "/problems/" + name().toLowerCase(Locale.ROOT).replace('_', '-');
        this.title = title;
    }

    /** The HTTP status it is answered with. */
    public int status() {
        return status;
    }

    /** The RFC 9457 {@code type}: a reference like {@code /problems/out-of-stock}, the same in every environment. */
    public String type() {
        return type;
    }

    /** The RFC 9457 {@code title}: for people, and the same for each occurrence. */
    public String title() {
        return title;
    }

    /**
     * The problem that a bare status stands for, such as one decided by a web framework; empty if none of ours is meant
     * by it. A 409 or 422 is a statement about the business, which a framework cannot make.
     */
    public static Optional<Problem> ofStatus(int status) {
        return switch (status) {
            case 400 -> Optional.of(MALFORMED);
            case 401 -> Optional.of(UNAUTHENTICATED);
            case 403 -> Optional.of(FORBIDDEN);
            case 404 -> Optional.of(NOT_FOUND);
            case 405 -> Optional.of(METHOD_NOT_ALLOWED);
            case 406 -> Optional.of(NOT_ACCEPTABLE);
            case 413 -> Optional.of(TOO_LARGE);
            case 415 -> Optional.of(UNSUPPORTED_MEDIA_TYPE);
            case 429 -> Optional.of(RATE_LIMITED);
            case 500 -> Optional.of(INTERNAL);
            case 502, 503 -> Optional.of(DEPENDENCY_UNAVAILABLE);
            case 504 -> Optional.of(DEADLINE_EXCEEDED);
            default -> Optional.empty();
        };
    }
}
