package io.micrometer.core;

/** Stands for a class of Micrometer. */
public final class Instrument {}
