/**
 * One request's three stages under three kinds of timeouts, side by side: the pipeline with 180, 15 and 210 ms. The stages are waits on
 * virtual threads, so what is compared is what the timeouts do, not what a database does.
 */
@NullMarked
package io.meridian.benchmarks.pipeline;

import org.jspecify.annotations.NullMarked;
