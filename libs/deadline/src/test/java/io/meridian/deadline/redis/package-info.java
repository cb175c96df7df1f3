@NullMarked
package io.meridian.deadline.redis;

import org.jspecify.annotations.NullMarked;
