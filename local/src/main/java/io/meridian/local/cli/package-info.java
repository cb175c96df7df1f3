/** {@code ./meridian}: what a person types, and how the answer looks. What it does is in {@code platform}. */
@NullMarked
package io.meridian.local.cli;

import org.jspecify.annotations.NullMarked;
