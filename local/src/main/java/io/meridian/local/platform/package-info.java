/**
 * The platform as processes of one machine: what runs where, how it is started, found again and stopped. The command in
 * {@code cli} and the system tests both stand on {@link io.meridian.local.platform.Platform}.
 */
@NullMarked
package io.meridian.local.platform;

import org.jspecify.annotations.NullMarked;
