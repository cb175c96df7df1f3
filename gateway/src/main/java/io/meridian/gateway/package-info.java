/**
 * The only public door of the platform. A request's way through it, in this order:
 *
 * <ol>
 *   <li>{@code admission}: is its path a path, may this client ask again, is it small enough;
 *   <li>{@code routing}: which service answers it, over which protocol, how long that may take, and what a caller is told
 *       when that service cannot;
 *   <li>{@code repeating}: a request that may be sent again is, once, when that helps;
 *   <li>{@code console}: or this gateway itself does, with the description of its API and a page to try it.
 * </ol>
 *
 * <p>It knows no model, keeps no database, and what a body says is nothing to it.
 */
@NullMarked
package io.meridian.gateway;

import org.jspecify.annotations.NullMarked;
