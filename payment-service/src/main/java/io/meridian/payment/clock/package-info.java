/** What happens only because time passes. */
@NullMarked
package io.meridian.payment.clock;

import org.jspecify.annotations.NullMarked;
