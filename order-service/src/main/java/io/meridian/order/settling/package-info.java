/**
 * Brings every order to its end without its client: drives on what a crash or a missing answer left unfinished, follows what
 * inventory and payment announce, and takes orders back.
 */
@NullMarked
package io.meridian.order.settling;

import org.jspecify.annotations.NullMarked;
