package io.meridian.system.nemesis;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Looking for a proof again until there is one. */
public final class Proofs {

    private static final Duration BETWEEN = Duration.ofMillis(100);

    private Proofs() {}

    /**
     * The first proof that is found.
     *
     * @throws Unproven with the last reason, if there is none within {@code bound}
     */
    public static String within(Duration bound, Callable<String> proof) throws Unproven, InterruptedException {
        var until = System.nanoTime() + bound.toNanos();
        while (true) {
            try {
                return proof.call();
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                if (System.nanoTime() - until > 0) {
                    throw e instanceof Unproven unproven ? unproven : new Unproven(e.toString(), e);
                }
            }
            Thread.sleep(BETWEEN);
        }
    }
}
