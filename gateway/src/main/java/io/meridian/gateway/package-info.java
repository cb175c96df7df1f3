/**
 * The only public door of the platform. A request's way through it, in this order:
 *
 * <ol>
 *   <li>{@code admission}: is its path a path, may this client ask again, is it small enough;
 *   <li>{@code routing}: which service answers it, over which protocol, how long that may take, and what a caller is told
 *       when that service cannot;
 *   <li>{@code repeating}: a request that may be sent again is, once, when that helps;
 *   <li>{@code stock}: while inventory is away, what is known of it here is told instead of nothing, and said to be that;
 *   <li>{@code console}: or this gateway itself does, with the description of its API and a page to try it.
 * </ol>
 *
 * <p>It knows no model, keeps no database, and what the body of a request says is nothing to it. Of inventory it keeps a copy in memory
 * (decision 23).
 */
@NullMarked
package io.meridian.gateway;

import org.jspecify.annotations.NullMarked;
