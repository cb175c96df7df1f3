/** How outcomes are worded for those outside: the same refusals at both doors, each of which says them in its own form. */
@NullMarked
package io.meridian.order.answering;

import org.jspecify.annotations.NullMarked;
