package io.meridian.payment.grpc;

import io.meridian.contracts.order.v1.Message;
import io.meridian.payment.authorising.Authorise;

/** An edge that may speak. */
public record PaymentDoor(Authorise authorise, Message message) {}
