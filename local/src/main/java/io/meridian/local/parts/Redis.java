package io.meridian.local.parts;

/** Redis as a cache: bounded, and empty after every start. */
public final class Redis extends Part {

    public Redis(PartSettings settings) {}
}
