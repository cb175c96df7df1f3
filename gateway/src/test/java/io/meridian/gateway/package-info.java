/** The gateway between real clients and services that are made up. */
@NullMarked
package io.meridian.gateway;

import org.jspecify.annotations.NullMarked;
