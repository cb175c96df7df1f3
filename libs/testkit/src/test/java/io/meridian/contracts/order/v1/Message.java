package io.meridian.contracts.order.v1;

/** Stands for a generated message. */
public final class Message {}
