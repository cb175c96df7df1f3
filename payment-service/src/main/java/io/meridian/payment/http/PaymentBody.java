package io.meridian.payment.http;

import io.meridian.payment.model.Money;
import io.meridian.payment.model.Status;
import java.time.Instant;

/** A payment as the contract shows it; the card is not part of it. */
record PaymentBody(String orderId, Status status, Money amount, Instant updatedAt) {}
