/** What this gateway says for itself: the description of the API, a page to try it, and where to begin. */
@NullMarked
package io.meridian.gateway.console;

import org.jspecify.annotations.NullMarked;
