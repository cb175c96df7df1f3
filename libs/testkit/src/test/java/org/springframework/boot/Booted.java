package org.springframework.boot;

/** Stands for a class of Spring Boot. */
public final class Booted {}
