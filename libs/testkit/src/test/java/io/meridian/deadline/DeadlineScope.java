package io.meridian.deadline;

/** Stands for the scope of a request. */
public final class DeadlineScope {

    public static DeadlineScope root(String name, Deadline deadline) {
        return new DeadlineScope();
    }

    public static <T> T detached(String reason, T work) {
        return work;
    }
}
