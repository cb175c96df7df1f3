/** What the platform promises about files and ports; its processes are started in {@code local-tests}. */
@NullMarked
package io.meridian.local.platform;

import org.jspecify.annotations.NullMarked;
