package io.meridian.outbox.autoconfigure;

import io.meridian.outbox.Event;
import org.springframework.boot.Booted;

/** The one place that may know Spring Boot. */
record EventAutoConfiguration(Event event, Booted booted) {}
