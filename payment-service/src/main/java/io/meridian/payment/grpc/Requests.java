package io.meridian.payment.grpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.meridian.contracts.payment.v1.AuthoriseRequest;
import io.meridian.payment.authorising.PaymentPages;
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
        return orderId("order_id", text);
    }

    static OrderId orderId(String field, String text) {
        try {
            return OrderId.parse(text);
        } catch (IllegalArgumentException _) {
            throw malformed(field, "a UUID of 36 characters", "found \"" + shown(text) + "\"");
        }
    }

    static Charge charge(AuthoriseRequest request) {
        return new Charge(amount(request), token(request.getToken()));
    }

    /** 0, which is what proto3 sends for nothing, stands for the usual number. */
    static int limit(int sent) {
        if (sent < 0 || sent > PaymentPages.MAX_LIMIT) {
            throw malformed("limit", "1 to " + PaymentPages.MAX_LIMIT + ", or 0 for the default", "found " + sent);
        }
        return sent == 0 ? PaymentPages.DEFAULT_LIMIT : sent;
    }

    static long epoch(long sent) {
        if (sent < 0) {
            throw malformed("epoch", "0 or more", "found " + sent);
        }
        return sent;
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
