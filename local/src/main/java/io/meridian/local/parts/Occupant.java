package io.meridian.local.parts;

/**
 * The process that listens on a port.
 *
 * @param command its command line, shortened
 */
public record Occupant(long pid, String command) {}
