package io.meridian.order.model;

/** No breach: the one class of this room that must not be accused. */
public record ModelInOrder(String id) {}
