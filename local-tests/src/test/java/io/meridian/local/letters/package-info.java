@NullMarked
package io.meridian.local.letters;

import org.jspecify.annotations.NullMarked;
