package io.meridian.order.http;

/** An edge without fault. */
public final class OrderDoor {}
