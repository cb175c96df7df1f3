/** The tools that test the others are tested here, with negative controls. */
@NullMarked
package io.meridian.testkit;

import org.jspecify.annotations.NullMarked;
