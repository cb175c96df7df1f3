@NullMarked
package io.meridian.system.proxy;

import org.jspecify.annotations.NullMarked;
