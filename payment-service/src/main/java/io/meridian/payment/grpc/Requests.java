package io.meridian.payment.grpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.meridian.contracts.payment.v1.AuthoriseRequest;
import io.meridian.payment.model.Charge;
import io.meridian.payment.model.Money;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.Token;

/** Turns what was sent into values of the model, or refuses it with what was expected; a token is never told back. */
final class Requests {

    /** As much of a wrong value as helps whoever sent it; a status travels in a header, which is small. */
    private static final int SHOWN = 40;

    private Requests() {}

    static OrderId orderId(String text) {
        try {
            return OrderId.parse(text);
        } catch (IllegalArgumentException _) {
            throw malformed("order_id", "a UUID of 36 characters", "found \"" + shown(text) + "\"");
        }
    }

    static Charge charge(AuthoriseRequest request) {
        return new Charge(amount(request), token(request.getToken()));
    }

    private static Money amount(AuthoriseRequest request) {
        var sent = request.getAmount();
        if (sent.getAmount() < 1) {
            throw malformed("amount.amount", "1 or more minor units", "found " + sent.getAmount());
        }
        try {
            return new Money(sent.getAmount(), sent.getCurrency());
        } catch (IllegalArgumentException _) {
            throw malformed(
                    "amount.currency",
                    "three capitals (ISO 4217)",
                    "found \"" + shown(sent.getCurrency()) + "\"");
        }
    }

    private static Token token(String text) {
        try {
            return new Token(text);
        } catch (IllegalArgumentException _) {
            throw malformed("token", "1 to 64 printable ASCII characters", "found " + text.length() + " characters");
        }
    }

    private static String shown(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }

    private static StatusRuntimeException malformed(String field, String expected, String found) {
        return Status.INVALID_ARGUMENT
                .withDescription("%s: expected %s, %s".formatted(field, expected, found))
                .asRuntimeException();
    }
}
