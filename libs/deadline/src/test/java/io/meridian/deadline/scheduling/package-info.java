@NullMarked
package io.meridian.deadline.scheduling;

import org.jspecify.annotations.NullMarked;
