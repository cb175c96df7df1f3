package io.meridian.system.history;

/**
 * Something that must not be and is.
 *
 * @param rule which promise is broken, in a few words
 * @param found what was seen, with the ids to look it up
 */
public record Violation(String rule, String found) {}
