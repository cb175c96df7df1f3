/** How fast events come from the write-ahead log to Kafka, by each reader and each publisher, and to who applies them. */
@NullMarked
package io.meridian.benchmarks.relay;

import org.jspecify.annotations.NullMarked;
