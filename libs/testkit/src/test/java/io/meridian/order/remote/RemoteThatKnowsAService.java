package io.meridian.order.remote;

import io.meridian.payment.model.Amount;

/** Breach: a service never imports another. */
public record RemoteThatKnowsAService(Amount amount) {}
