package io.meridian.inventory.model;

/** A line with the catalogue's price of one piece at the moment it was set aside. */
public record PricedLine(Line line, Money unitPrice) {}
