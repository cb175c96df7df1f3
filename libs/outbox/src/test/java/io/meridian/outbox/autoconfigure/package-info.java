@NullMarked
package io.meridian.outbox.autoconfigure;

import org.jspecify.annotations.NullMarked;
