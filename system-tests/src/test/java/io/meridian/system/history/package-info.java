@NullMarked
package io.meridian.system.history;

import org.jspecify.annotations.NullMarked;
