package io.meridian.order.fake;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Counts the moments before and after every effect, and lets the process die at one of them. */
public final class FaultPoints {

    /** The process is gone: nothing catches this. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        public Crash(String point) {
            super(point, null, false, false);
        }
    }

    private final List<String> passed = new ArrayList<>();
    private int crashAt = -1;
    private final Map<Integer, Consumer<String>> meanwhile = new HashMap<>();

    /** Dies at the n-th point from now, counted from 0. */
    public synchronized void crashAt(int point) {
        passed.clear();
        meanwhile.clear();
        crashAt = point;
    }

    /** Lets something happen at the n-th point from now, counted from 0, on the thread that comes there; it is told where it is. */
    public synchronized void at(int point, Consumer<String> deed) {
        meanwhile.put(point, deed);
    }

    public synchronized void never() {
        crashAt(-1);
    }

    /** How many points were passed since. */
    public synchronized int passed() {
        return passed.size();
    }

    void pass(String point) {
        Consumer<String> deed;
        synchronized (this) {
            if (passed.size() == crashAt) {
                throw new Crash(point);
            }
            deed = meanwhile.remove(passed.size());
            passed.add(point);
        }
        if (deed != null) {
            deed.accept(point);
        }
    }
}
