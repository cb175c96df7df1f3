/** Tests of this leg without a server; the gateway of this house has those with one. */
@NullMarked
package io.meridian.deadline.gateway;

import org.jspecify.annotations.NullMarked;
