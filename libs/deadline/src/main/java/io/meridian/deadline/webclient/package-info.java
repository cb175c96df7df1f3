/** Calls that {@code WebClient} makes: each is given a part of what remains, told so, and cancelled with it. */
@NullMarked
package io.meridian.deadline.webclient;

import org.jspecify.annotations.NullMarked;
