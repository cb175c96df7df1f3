/** What customers notice of incidents on the whole platform: a cache whose handshakes take seconds, and services that are restarted. */
@NullMarked
package io.meridian.benchmarks.incident;

import org.jspecify.annotations.NullMarked;
