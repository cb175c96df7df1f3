package io.meridian.order.fake;

import java.util.ArrayList;
import java.util.List;

/** Counts the moments before and after every effect, and lets the process die at one of them. */
public final class FaultPoints {

    /** The process is gone: nothing catches this. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash(String point) {
            super(point, null, false, false);
        }
    }

    private final List<String> passed = new ArrayList<>();
    private int crashAt = -1;

    /** Dies at the n-th point from now, counted from 0. */
    public synchronized void crashAt(int point) {
        passed.clear();
        crashAt = point;
    }

    public synchronized void never() {
        crashAt(-1);
    }

    /** How many points were passed since. */
    public synchronized int passed() {
        return passed.size();
    }

    synchronized void pass(String point) {
        if (passed.size() == crashAt) {
            throw new Crash(point);
        }
        passed.add(point);
    }
}
