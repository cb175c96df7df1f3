package io.meridian.breaker.resilience4j;

import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** For breakers of a running service: all callers use it at once. */
final class Randomness {

    static final RandomGenerator OF_THE_THREAD = () -> ThreadLocalRandom.current().nextLong();

    private Randomness() {}
}
