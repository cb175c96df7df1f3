package io.meridian.local.oracle;

import io.meridian.local.oracle.Evidence.Movement;
import io.meridian.local.oracle.Evidence.MovementKind;
import io.meridian.local.oracle.Evidence.Operation;
import io.meridian.local.oracle.Evidence.Payment;
import io.meridian.local.oracle.Evidence.Section;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What payment believes is what its provider did: the state of each payment, its journal and the provider's ledger tell the same story.
 * How often something happened is {@link MoneyOracle}'s to judge.
 */
final class LedgerOracle implements Oracle {

    @Override
    public String name() {
        return "ledger";
    }

    @Override
    public String holds() {
        return "each payment, its journal and the provider's ledger tell the same";
    }

    @Override
    public Set<Section> needs() {
        return EnumSet.of(Section.MONEY);
    }

    @Override
    public String advice() {
        return "The provider is right: ask it by the payment's reference, and correct the payment.";
    }

    @Override
    public List<Finding> judge(Evidence evidence) {
        var findings = new ArrayList<Finding>();
        var movements = Index.grouped(evidence.money().movements(), Movement::order);
        var journal = Index.grouped(evidence.money().journal(), Operation::order);
        for (var payment : evidence.money().payments()) {
            if (!payment.status().isUnfinished()) {
                judge(
                        payment,
                        journal.getOrDefault(payment.order(), List.of()),
                        movements.getOrDefault(payment.order(), List.of()),
                        findings);
            }
        }
        return findings;
    }

    private static void judge(
            Payment payment, List<Operation> journal, List<Movement> movements, List<Finding> findings) {
        var moved = movements.stream()
                .map(Movement::kind)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(MovementKind.class)));
        if (!allowed(payment).contains(moved)) {
            findings.add(Finding.wrong(
                    payment.order(), "payment says " + payment.status() + ", the provider's ledger " + said(moved)));
        }
        for (var movement : movements) {
            if (!Objects.equals(payment.amount(), movement.amount())
                    || !Objects.equals(payment.currency(), movement.currency())) {
                findings.add(Finding.wrong(
                        payment.order(),
                        "payment is about " + payment.amount() + " " + payment.currency() + ", the provider has "
                                + movement.kind() + " " + movement.amount() + " " + movement.currency()));
            }
        }
        // A void's answer can tell of a capture that was given up for lost; the journal notes that capture as well.
        var captureNoted = succeeded(journal, "CAPTURE");
        if (captureNoted != moved.contains(MovementKind.CAPTURED)) {
            findings.add(Finding.wrong(
                    payment.order(),
                    captureNoted
                            ? "the journal has a capture that succeeded, the provider's ledger none"
                            : "the provider's ledger has a capture, the journal none that succeeded"));
        }
    }

    /** What the ledger can hold of a payment that is in this state. */
    private static Set<Set<MovementKind>> allowed(Payment payment) {
        Set<MovementKind> nothing = EnumSet.noneOf(MovementKind.class);
        return switch (payment.status()) {
            case CLOSED, DECLINED, FAILED -> Set.of(nothing);
            case AUTHORISED -> Set.of(EnumSet.of(MovementKind.RESERVED));
            case CAPTURED -> Set.of(EnumSet.of(MovementKind.RESERVED, MovementKind.CAPTURED));
            // A void of something that never arrived there leaves no trace of money.
            case VOIDED -> Set.of(nothing, EnumSet.of(MovementKind.RESERVED, MovementKind.CANCELLED));
            case REFUNDED ->
                Set.of(EnumSet.of(MovementKind.RESERVED, MovementKind.CAPTURED, MovementKind.REFUNDED));
            case AUTHORISING, UNKNOWN, CAPTURING, VOIDING, REFUNDING ->
                throw new IllegalArgumentException("nothing is known yet of a payment that is " + payment.status());
        };
    }

    private static boolean succeeded(List<Operation> journal, String operation) {
        return journal.stream().anyMatch(it -> it.operation().equals(operation) && isSuccess(it.outcome()));
    }

    private static boolean isSuccess(@Nullable String outcome) {
        return "SUCCEEDED".equals(outcome);
    }

    private static String said(Set<MovementKind> moved) {
        return moved.isEmpty()
                ? "nothing"
                : moved.stream().map(MovementKind::name).collect(Collectors.joining(", "));
    }

    @Override
    public String judged(Evidence evidence) {
        return evidence.money().payments().size() + " payments, "
                + evidence.money().movements().size() + " movements";
    }
}
