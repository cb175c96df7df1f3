/** What clients asked and were told, line by line, and what must be true of that whatever was broken meanwhile. */
@NullMarked
package io.meridian.system.history;

import org.jspecify.annotations.NullMarked;
