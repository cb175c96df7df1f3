package io.meridian.local.oracle;

import io.meridian.local.oracle.Evidence.Section;
import io.meridian.local.oracle.History.Call;
import io.meridian.local.oracle.History.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One idempotency key is one order with one outcome, and an order that was seen in a state is never seen in an earlier one by a call that
 * began after that.
 */
final class AnswersOracle implements Oracle {

    @Override
    public String name() {
        return "answers";
    }

    @Override
    public String holds() {
        return "the same key gets the same answer, and nobody sees an order go back";
    }

    @Override
    public Set<Section> needs() {
        return EnumSet.of(Section.HISTORY);
    }

    @Override
    public String advice() {
        return "Two requests passed the claim of one key, or a read came from an older copy.";
    }

    @Override
    public List<Finding> judge(Evidence evidence) {
        var findings = new ArrayList<Finding>();
        var calls = evidence.history().calls();
        Index.grouped(calls, AnswersOracle::request).forEach((request, same) -> sameAnswer(request, same, findings));
        Index.grouped(calls, Call::order).forEach((order, seen) -> {
            for (var later : seen) {
                seen.stream()
                        .filter(earlier -> goesBack(earlier, later))
                        .findFirst()
                        .ifPresent(earlier -> findings.add(Finding.wrong(
                                order,
                                "was seen " + earlier.state() + " at " + earlier.ended() + ", and by a call of "
                                        + later.began() + " " + later.state())));
            }
        });
        return findings;
    }

    private static @Nullable String request(Call call) {
        return call.kind() == Kind.PLACE && !call.key().isEmpty() ? call.customer() + " " + call.key() : null;
    }

    private static void sameAnswer(String request, List<Call> calls, List<Finding> findings) {
        var orders = calls.stream()
                .filter(it -> it.order() != null)
                .map(it -> String.valueOf(it.order()))
                .collect(Collectors.toSet());
        if (orders.size() > 1) {
            findings.add(Finding.wrong(request, "one key is one order, but was answered " + sorted(orders)));
            return;
        }
        var outcomes = calls.stream()
                .filter(Call::isDecided)
                .map(it -> it.isAcknowledged() ? "done" : it.problem())
                .collect(Collectors.toSet());
        if (outcomes.size() > 1) {
            findings.add(Finding.wrong(request, "one key has one outcome, but was answered " + sorted(outcomes)));
        }
    }

    /** A repeated placing is answered as it was the first time, so it says nothing about now. */
    private static boolean goesBack(Call earlier, Call later) {
        return later.kind() != Kind.PLACE
                && earlier.isAcknowledged()
                && later.isAcknowledged()
                && earlier.state() != null
                && later.state() != null
                && earlier.ended().isBefore(later.began())
                && !AcknowledgedOracle.mayBecome(earlier.state(), later.state());
    }

    private static String sorted(Set<String> words) {
        return words.stream().sorted().collect(Collectors.joining(" and "));
    }

    @Override
    public String judged(Evidence evidence) {
        return evidence.history().calls().size() + " calls";
    }
}
