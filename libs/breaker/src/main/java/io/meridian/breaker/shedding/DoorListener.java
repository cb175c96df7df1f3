package io.meridian.breaker.shedding;

/** Is told what a door decides, on the threads of the calls: it must be quick. An exception it throws breaks nothing. */
public interface DoorListener {

    /** Nobody listens. */
    DoorListener NONE = new DoorListener() {};

    /** A call began; {@code waitedNanos} is 0 if there was a place for it at once. */
    default void admitted(Priority priority, long waitedNanos) {}

    /** A call was refused. */
    default void shed(Priority priority, Shed why) {}
}
