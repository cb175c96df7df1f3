/** What can go wrong with a platform of processes, done on purpose: each fault proves that it took and that it healed. */
@NullMarked
package io.meridian.system.nemesis;

import org.jspecify.annotations.NullMarked;
