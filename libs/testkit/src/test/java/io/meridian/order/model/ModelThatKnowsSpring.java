package io.meridian.order.model;

import org.springframework.context.ApplicationContext;

/** Breach: the model knows only the language. */
public record ModelThatKnowsSpring(ApplicationContext context) {}
