/** The scope where threads come and go: it travels in the Reactor context, and ends what was subscribed to within it. */
@NullMarked
package io.meridian.deadline.reactor;

import org.jspecify.annotations.NullMarked;
