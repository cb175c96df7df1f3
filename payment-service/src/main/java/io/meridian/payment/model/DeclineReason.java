package io.meridian.payment.model;

/** Why a card was refused. */
public enum DeclineReason {
    CARD_DECLINED,
    INSUFFICIENT_FUNDS,
    UNKNOWN_CARD
}
