@NullMarked
package io.meridian.snapshot.autoconfigure;

import org.jspecify.annotations.NullMarked;
