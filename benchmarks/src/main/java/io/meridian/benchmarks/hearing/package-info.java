/** Consumers under load: a large backlog with little memory, and members that come and go. */
@NullMarked
package io.meridian.benchmarks.hearing;

import org.jspecify.annotations.NullMarked;
