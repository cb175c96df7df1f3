package io.meridian.payment.http;

import io.meridian.edges.Problem;
import io.meridian.edges.ProblemException;
import io.meridian.payment.authorising.Payments;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.Payment;
import io.meridian.payment.model.State.Charged;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /api/payments/{orderId}}. */
@RestController
class PaymentController {

    /** As much of a wrong value as helps whoever sent it. */
    private static final int SHOWN = 40;

    private final Payments payments;

    PaymentController(Payments payments) {
        this.payments = payments;
    }

    @GetMapping("/api/payments/{orderId}")
    PaymentBody read(@PathVariable String orderId) {
        var wanted = orderId(orderId);
        return payments.find(wanted)
                .flatMap(PaymentController::body)
                .orElseThrow(() ->
                        ProblemException.of(Problem.NOT_FOUND, "Nobody asked for money for order " + wanted));
    }

    /** A payment that was closed before anybody asked for money has nothing to show. */
    private static Optional<PaymentBody> body(Payment payment) {
        return payment.state() instanceof Charged charged
                ? Optional.of(new PaymentBody(
                        payment.orderId().toString(),
                        charged.status(),
                        charged.charge().amount(),
                        payment.updatedAt()))
                : Optional.empty();
    }

    private static OrderId orderId(String text) {
        try {
            return OrderId.parse(text);
        } catch (IllegalArgumentException _) {
            var shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
            throw ProblemException.of(
                    Problem.MALFORMED, "orderId: expected a UUID of 36 characters, found \"%s\"".formatted(shown));
        }
    }
}
