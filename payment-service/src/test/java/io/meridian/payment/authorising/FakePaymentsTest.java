package io.meridian.payment.authorising;

import io.meridian.payment.model.Answer;
import io.meridian.payment.model.Fact;
import io.meridian.payment.model.Operation;
import java.util.List;
import java.util.Optional;

class FakePaymentsTest extends PaymentsContract {

    private final FakePayments payments = new FakePayments();

    @Override
    protected Payments payments() {
        return payments;
    }

    @Override
    protected List<Fact> announced() {
        return payments.facts();
    }

    @Override
    protected Optional<String> journalled(Operation operation) {
        var entry = payments.journalled(order, operation);
        return entry == null
                ? Optional.empty()
                : Optional.of(entry.map(answer -> answer instanceof Answer.Done ? "SUCCEEDED" : "OTHER")
                        .orElse(""));
    }
}
