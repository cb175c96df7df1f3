/** The servlet door: a request's scope is opened before anything else sees it, and its end is answered with 504. */
@NullMarked
package io.meridian.deadline.http;

import org.jspecify.annotations.NullMarked;
