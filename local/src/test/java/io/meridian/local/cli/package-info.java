/** What a person types and sees. */
@NullMarked
package io.meridian.local.cli;

import org.jspecify.annotations.NullMarked;
