package io.meridian.breaker.http;

import org.springframework.boot.Booted;

/** Breach: only autoconfigure knows Spring Boot. */
public record FilterThatKnowsBoot(Booted booted) {}
