/** A TCP proxy for each link of the platform, that can delay, cut, squeeze and swallow what passes; its HTTP API is Toxiproxy's. */
@NullMarked
package io.meridian.system.proxy;

import org.jspecify.annotations.NullMarked;
