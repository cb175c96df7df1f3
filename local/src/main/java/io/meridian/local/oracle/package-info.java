/**
 * What must be true of the platform, whatever has happened to it.
 *
 * <p>{@link io.meridian.local.oracle.Evidence} is what was found, as plain records; an {@link io.meridian.local.oracle.Oracle} is a pure
 * function that says what is wrong with it; {@link io.meridian.local.oracle.Examination} looks until nothing is under way any more or the
 * time is up. {@link io.meridian.local.oracle.EvidenceReader} takes evidence from a running platform, a simulation writes its own.
 */
@NullMarked
package io.meridian.local.oracle;

import org.jspecify.annotations.NullMarked;
