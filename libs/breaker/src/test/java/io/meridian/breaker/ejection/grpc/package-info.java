@NullMarked
package io.meridian.breaker.ejection.grpc;

import org.jspecify.annotations.NullMarked;
