@NullMarked
package io.meridian.outbox.hearing;

import org.jspecify.annotations.NullMarked;
