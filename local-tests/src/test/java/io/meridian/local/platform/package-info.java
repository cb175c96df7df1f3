/** What the platform promises about processes, with stand-ins for the services. */
@NullMarked
package io.meridian.local.platform;

import org.jspecify.annotations.NullMarked;
