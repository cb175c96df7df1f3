package io.meridian.order;

import java.util.function.Function;

/** Breach: threads are not made by hand, also by method reference or by a subclass. */
public final class WiringThatStartsThreads {

    private final Thread constructed = new Thread(() -> {});

    public Thread constructed() {
        return constructed;
    }

    public Thread direct() {
        return new Thread(() -> {});
    }

    public Function<Runnable, Thread> referred() {
        return Thread::new;
    }

    public Thread derived() {
        return new Own();
    }

    private static final class Own extends Thread {}
}
