@NullMarked
package io.meridian.local.oracle;

import org.jspecify.annotations.NullMarked;
