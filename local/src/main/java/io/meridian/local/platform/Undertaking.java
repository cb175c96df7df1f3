package io.meridian.local.platform;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What one run has begun, so that it can be taken back as a whole: when a part of it fails, when the person presses Ctrl-C or
 * when the terminal goes away.
 */
final class Undertaking {

    private final Set<Component> begun = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean takenBack = new AtomicBoolean();
    private final Consumer<Component> stop;

    /** @param stop stops a component at once, and does nothing if it does not run */
    Undertaking(Consumer<Component> stop) {
        this.stop = stop;
    }

    /** Does the work; if the JVM is told to end meanwhile, everything begun is stopped before it does. */
    void carryOut(Progress progress, Runnable work) {
        var hook = new Thread(
                () -> {
                    progress.interrupted();
                    takeBack();
                },
                "take-back");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            work.run();
            letGo(hook);
        } catch (RuntimeException e) {
            letGo(hook);
            takeBack();
            throw e;
        }
    }

    /** Launches a component that is stopped again should this run fail. */
    <T> T begin(Component component, Supplier<T> launch) {
        begun.add(component);
        var launched = launch.get();
        if (takenBack.get()) {
            stop.accept(component); // it came to life while the others were being stopped
        }
        return launched;
    }

    List<Component> begun() {
        return begun.stream().sorted().toList();
    }

    void takeBack() {
        takenBack.set(true);
        begun.parallelStream().forEach(stop);
    }

    /** The JVM ending already means that the hook speaks for this run, and that nothing more is to be said or done here. */
    private static void letGo(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
