package io.meridian.order.http;

import io.meridian.contracts.order.v1.Message;

/** Breach: only grpc, remote and events know contracts. */
public record HttpThatKnowsContracts(Message message) {}
