package io.meridian.payment.authorising;

/**
 * How a use case runs its last write. A consumer of events runs it in one transaction with the row that says "this event was
 * seen", so that neither is there without the other; whoever has nothing to add runs it {@link #ALONE}.
 *
 * <p>A use case calls it exactly once, also when it has nothing to write.
 */
@FunctionalInterface
public interface Ending {

    Ending ALONE = write -> {
        write.run();
        return true;
    };

    /** @return whether {@code write} was run; false if there is a reason not to, and then nothing is written */
    boolean with(Runnable write);
}
