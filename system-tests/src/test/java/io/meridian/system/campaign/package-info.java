@NullMarked
package io.meridian.system.campaign;

import org.jspecify.annotations.NullMarked;
