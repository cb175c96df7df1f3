/** What a change of an order's state writes to the write-ahead log. */
@NullMarked
package io.meridian.benchmarks.wal;

import org.jspecify.annotations.NullMarked;
