/** Tests of this leg without its neighbours. */
@NullMarked
package io.meridian.deadline.reactor;

import org.jspecify.annotations.NullMarked;
