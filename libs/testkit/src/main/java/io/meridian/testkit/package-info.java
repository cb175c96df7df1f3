/** What the tests of every room share: a clock moved by hand, real PostgreSQL, Kafka and Redis, and the house rules. */
@NullMarked
package io.meridian.testkit;

import org.jspecify.annotations.NullMarked;
