package io.meridian.snapshot;

import java.time.Duration;

/** Hears how followers get on. What it does must be quick: it is done between a change and its readers. */
public interface PropagationListener {

    /** Hears nothing. */
    PropagationListener NONE = new PropagationListener() {};

    /** Changes of {@code snapshot} have passed a stage of their way; never negative. */
    default void passed(String snapshot, Stage stage, Duration took) {}

    /** What was said again differed from what was known: changes were lost, or somebody else wrote. */
    default void drifted(String snapshot, int keys) {}
}
