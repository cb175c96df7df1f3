/**
 * Circuit breakers and limiters against the same weather: a deterministic simulation of clients, each with a policy of its own, that
 * call one service. The policies are the classes that run in services; only the clock, the calls and the service are simulated.
 *
 * <p>A {@link io.meridian.benchmarks.breaker.sim.Simulation} is one run, decided wholly by its cell, its policy and its seed.
 * {@link io.meridian.benchmarks.breaker.sim.Scenario} says what befalls the service, {@link io.meridian.benchmarks.breaker.sim.Contender}
 * who is compared, {@link io.meridian.benchmarks.breaker.sim.Score} what is counted.
 */
@NullMarked
package io.meridian.benchmarks.breaker.sim;

import org.jspecify.annotations.NullMarked;
