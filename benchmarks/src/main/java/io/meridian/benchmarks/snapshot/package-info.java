/** What reading and writing a snapshot costs, and how soon a change is in those of the platform. */
@NullMarked
package io.meridian.benchmarks.snapshot;

import org.jspecify.annotations.NullMarked;
