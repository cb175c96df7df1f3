package io.meridian.benchmarks.breaker.sim;

/**
 * What one simulation came to. Shares are of the calls that came in the time meant; NaN where there is nothing to say.
 *
 * @param goodput the share answered well within its deadline, of the calls of the fault
 * @param goodputAfter the same of the calls of the 30 s after it
 * @param refusedBefore the share refused of the calls before it, warming up included
 * @param refused the share refused of all calls
 * @param late the share without an answer in time, of the calls of the fault that were made
 * @param shedSeconds from the fault's beginning until two seconds in which at most 20 % of the calls made were late or at most 10 % were made
 * @param recoverSeconds from the fault's end until three seconds with at least 95 % goodput each
 * @param openSeconds from the fault's beginning until a client saw its breaker open, the mean of those that did
 * @param opens of all clients together
 * @param wasted the share of the work done in the whole time that ended after its caller's deadline
 * @param wastedInFault the same of the work that ended during the fault
 * @param fairness Jain's index of the clients' goodput during the fault
 * @param amplification calls that were sent, second attempts included, for each first attempt sent; during the fault
 * @param sent calls that were sent, second attempts included, for each that came; during the fault
 * @param events the simulation's
 */
record Score(
        double goodput,
        double goodputAfter,
        double refusedBefore,
        double refused,
        double late,
        double shedSeconds,
        double recoverSeconds,
        double openSeconds,
        int opens,
        long calls,
        double wasted,
        double wastedInFault,
        double fairness,
        double amplification,
        double sent,
        long events) {}
