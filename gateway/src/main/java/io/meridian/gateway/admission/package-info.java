/** Who may come in: how often one client may ask, how much it may send, and which paths are paths at all. */
@NullMarked
package io.meridian.gateway.admission;

import org.jspecify.annotations.NullMarked;
