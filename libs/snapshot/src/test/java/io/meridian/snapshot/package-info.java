@NullMarked
package io.meridian.snapshot;

import org.jspecify.annotations.NullMarked;
