package io.meridian.payment.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The name under which the provider does an operation at most once. It follows from the order and the operation alone:
 * whoever asks again, after a crash, from another instance or years later, asks under the same name. (A trace or request
 * id would not do: a retry has a new one, and is charged again.)
 */
public record IdempotencyKey(String value) {

    public static IdempotencyKey of(OrderId orderId, Operation operation) {
        try {
            var text = orderId + ":" + operation.name();
            var hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
            return new IdempotencyKey(HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
