/** Wires the outbox into a Spring Boot service; the only package that knows Boot. */
@NullMarked
package io.meridian.outbox.autoconfigure;

import org.jspecify.annotations.NullMarked;
