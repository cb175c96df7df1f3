package io.meridian.testkit;

/** A running part in the hands of a test that breaks things; whoever breaks it heals it before the test ends. */
public interface PartHandle {

    /** The loopback address clients use. */
    String host();

    /** The port on {@link #host()}; it stays the same through every restart. */
    int port();

    /** Freezes the part: connections stay open and nothing answers. */
    void pause();

    /** Lets a paused part go on where it stopped; does nothing if it is not paused. */
    void resume();

    /** Kills the part without warning, as {@code kill -9} does. */
    void kill();

    /** Starts a killed part on its old data and waits until it answers; does nothing if it runs. */
    void start();

    /** Stops the part in order, starts it again on its data and waits until it answers. */
    void restart();
}
