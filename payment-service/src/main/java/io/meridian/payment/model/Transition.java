package io.meridian.payment.model;

import io.meridian.payment.model.State.Authorising;
import io.meridian.payment.model.State.Captured;
import io.meridian.payment.model.State.Capturing;
import io.meridian.payment.model.State.Declined;
import io.meridian.payment.model.State.Failed;
import io.meridian.payment.model.State.Refunded;
import io.meridian.payment.model.State.Refunding;
import io.meridian.payment.model.State.Undoable;
import io.meridian.payment.model.State.Unfinished;
import io.meridian.payment.model.State.Unknown;
import io.meridian.payment.model.State.Voided;
import io.meridian.payment.model.State.Voiding;
import java.util.Optional;

/**
 * One change of a payment: what is written to the row, to the journal and to the outbox follows from it, so the three cannot
 * disagree.
 *
 * @param answer what the provider said to the operation that {@code before} was waiting for; empty if the change is ours
 */
public record Transition(Payment before, Payment after, Optional<Answer> answer) {

    /** The operation that the provider is asked for next, to be journalled before it is asked. */
    public Optional<Operation> intent() {
        return after.state() instanceof Unfinished next && !waitsFor(before.state(), next.operation())
                ? Optional.of(next.operation())
                : Optional.empty();
    }

    /** The operation whose journal entry gets its outcome, {@link #answer}. */
    public Optional<Operation> decided() {
        return before.state() instanceof Unfinished asked && !waitsFor(after.state(), asked.operation())
                ? Optional.of(asked.operation())
                : Optional.empty();
    }

    /** What others are told; at most one thing per change, so each is told once. */
    public Optional<Fact> fact() {
        return Optional.ofNullable(
                switch (after.state()) {
                    case Captured(var charge, _) -> new Fact.Captured(charge.amount());
                    case Refunding(var charge) when !(before.state() instanceof Captured) ->
                        new Fact.Captured(charge.amount());
                    case Refunded(var charge) -> new Fact.Refunded(charge.amount());
                    case Voided _ -> new Fact.Voided();
                    case Voiding _ when before.state() instanceof Capturing(_, _, var undo) && !undo ->
                        new Fact.CaptureFailed();
                    // Whoever wanted it undone hears that nothing is reserved, though nothing had to be given back.
                    case Declined _, Failed _ when before.state() instanceof Undoable asked && asked.undo() ->
                        new Fact.Voided();
                    case State.Closed _, Authorising _, Unknown _, State.Authorised _ -> null;
                    case Declined _, Failed _, Capturing _, Voiding _, Refunding _ -> null;
                });
    }

    private static boolean waitsFor(State state, Operation operation) {
        return state instanceof Unfinished unfinished && unfinished.operation() == operation;
    }
}
