package io.meridian.deadline;

/** Where the time of a request was spent when it ran out; the values of the tag {@code stage}. */
public enum Stage {

    /** Waiting to be begun: in an acceptor's queue, for a permit, for a thread. */
    QUEUE,

    /** In a handler's own code. */
    HANDLER,

    /** In a call to another service. */
    CALL,

    /** Waiting for a database connection. */
    POOL,

    /** In a database statement, its waiting for locks included. */
    STATEMENT,

    /** In a Redis command. */
    REDIS,

    /** In the handling of a message. */
    MESSAGE,

    /** In writing the answer. */
    ANSWER
}
