/** Tells a scope when its caller hangs up, which Tomcat itself finds out only when it writes the answer. */
@NullMarked
package io.meridian.deadline.tomcat;

import org.jspecify.annotations.NullMarked;
