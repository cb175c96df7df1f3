/** Calls that {@code RestClient} and {@code RestTemplate} make: each is given a part of what remains, told so, and ended by it. */
@NullMarked
package io.meridian.deadline.restclient;

import org.jspecify.annotations.NullMarked;
