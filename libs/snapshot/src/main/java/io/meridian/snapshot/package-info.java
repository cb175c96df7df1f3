/**
 * What another service knows, read here without asking it: {@link io.meridian.snapshot.SnapshotStore} keeps immutable versions of a map,
 * {@link io.meridian.snapshot.Follower} keeps the newest of them up to date from a {@link io.meridian.snapshot.Source}.
 */
@NullMarked
package io.meridian.snapshot;

import org.jspecify.annotations.NullMarked;
