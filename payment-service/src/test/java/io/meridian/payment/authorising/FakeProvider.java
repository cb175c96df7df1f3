package io.meridian.payment.authorising;

import io.meridian.payment.model.Answer;
import io.meridian.payment.model.Answer.Done;
import io.meridian.payment.model.Answer.Failed;
import io.meridian.payment.model.Answer.Gone;
import io.meridian.payment.model.Answer.Unanswered;
import io.meridian.payment.model.Charge;
import io.meridian.payment.model.IdempotencyKey;
import io.meridian.payment.model.Money;
import io.meridian.payment.model.Operation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** A provider in memory that remembers what moved, and misbehaves as it is told. */
public final class FakeProvider implements Provider {

    /** Every time money moved. */
    public final List<Operation> movements = new ArrayList<>();

    /** Does these, and does not say so. */
    public final Set<Operation> silent = EnumSet.noneOf(Operation.class);

    /** Never gets to see these, and so does not answer. */
    public final Set<Operation> lost = EnumSet.noneOf(Operation.class);

    /** Says of these that it failed, and did nothing. */
    public final Set<Operation> failing = EnumSet.noneOf(Operation.class);

    /** What it says of a card instead of taking it. */
    public Optional<Answer> refusal = Optional.empty();

    /** Whether queries get no answer. */
    public boolean unreachable;

    /** Whether what is queried is still being worked on. */
    public boolean working;

    /** Run when an operation is done and before its answer is given. */
    public Runnable beforeAnswer = () -> {};

    public Runnable beforeQuery = () -> {};

    public int queries;

    private final Map<IdempotencyKey, Answer> requests = new HashMap<>();
    private final Map<IdempotencyKey, Reserved> authorisations = new HashMap<>();

    private record Reserved(Money amount, Operation last) {}

    @Override
    public Answer authorise(IdempotencyKey key, Charge charge) {
        return asked(Operation.AUTHORISE, key, () -> {
            if (refusal.isPresent()) {
                return refusal.get();
            }
            return moved(Operation.AUTHORISE, key, charge.amount());
        });
    }

    @Override
    public Answer capture(IdempotencyKey key, IdempotencyKey authorisation, Money amount) {
        return asked(Operation.CAPTURE, key, () -> new Reserved(amount, Operation.AUTHORISE)
                        .equals(authorisations.get(authorisation))
                ? moved(Operation.CAPTURE, authorisation, amount)
                : new Gone());
    }

    @Override
    public Answer cancel(IdempotencyKey key, IdempotencyKey authorisation) {
        return asked(Operation.VOID, key, () -> {
            if (requests.putIfAbsent(authorisation, new Gone()) == null) {
                return new Done("closed");
            }
            var reserved = authorisations.get(authorisation);
            if (reserved == null || reserved.last() == Operation.VOID) {
                return new Done("nothing");
            }
            return reserved.last() == Operation.AUTHORISE
                    ? moved(Operation.VOID, authorisation, reserved.amount())
                    : new Gone();
        });
    }

    @Override
    public Answer refund(IdempotencyKey key, IdempotencyKey authorisation, Money amount) {
        return asked(Operation.REFUND, key, () -> new Reserved(amount, Operation.CAPTURE)
                        .equals(authorisations.get(authorisation))
                ? moved(Operation.REFUND, authorisation, amount)
                : new Gone());
    }

    @Override
    public synchronized Standing query(IdempotencyKey key) {
        queries++;
        beforeQuery.run();
        if (unreachable) {
            return new Standing.Unanswered();
        }
        if (working) {
            return new Standing.Working();
        }
        var answer = requests.get(key);
        return answer == null ? new Standing.Unseen() : new Standing.Known(answer);
    }

    public synchronized long count(Operation operation) {
        return movements.stream().filter(operation::equals).count();
    }

    private Answer asked(Operation operation, IdempotencyKey key, Supplier<Answer> effect) {
        Answer answer;
        synchronized (this) {
            if (lost.contains(operation)) {
                return new Unanswered();
            }
            if (failing.contains(operation)) {
                return new Failed();
            }
            var earlier = requests.get(key);
            answer = earlier == null ? effect.get() : earlier;
            requests.put(key, answer);
        }
        beforeAnswer.run();
        return silent.contains(operation) ? new Unanswered() : answer;
    }

    private Answer moved(Operation operation, IdempotencyKey authorisation, Money amount) {
        authorisations.put(authorisation, new Reserved(amount, operation));
        movements.add(operation);
        return new Done("ref-" + authorisation.value().substring(0, 8));
    }
}
