package io.meridian.breaker;

import org.springframework.context.ApplicationContext;

/** Breach: the core knows only the language. */
public record CoreThatKnowsSpring(ApplicationContext context) {}
