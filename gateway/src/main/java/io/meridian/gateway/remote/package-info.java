/** What this gateway asks others itself, in the words of the contract; requests of clients only pass. */
@NullMarked
package io.meridian.gateway.remote;

import org.jspecify.annotations.NullMarked;
