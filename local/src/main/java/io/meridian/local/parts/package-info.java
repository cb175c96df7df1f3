/** PostgreSQL, Kafka and Redis as processes of this machine: each with its directory, its port and a PID that is known to be ours. */
@NullMarked
package io.meridian.local.parts;

import org.jspecify.annotations.NullMarked;
