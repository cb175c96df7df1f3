/** Methods of Spring beans, guarded by an annotation; needs no AspectJ. */
@NullMarked
package io.meridian.breaker.spring;

import org.jspecify.annotations.NullMarked;
