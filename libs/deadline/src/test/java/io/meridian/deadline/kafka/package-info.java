@NullMarked
package io.meridian.deadline.kafka;

import org.jspecify.annotations.NullMarked;
