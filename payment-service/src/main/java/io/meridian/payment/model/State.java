package io.meridian.payment.model;

import io.meridian.payment.model.Answer.Done;
import io.meridian.payment.model.Answer.Gone;
import io.meridian.payment.model.Answer.NeverAsked;
import io.meridian.payment.model.Answer.Unanswered;
import java.time.Instant;

/**
 * Where the money of an order is. A state carries exactly what is known in it.
 *
 * <pre>
 *  (nothing) --> Closed                                  the void came first
 *  (nothing) --> Authorising --> Authorised --> Capturing --> Captured --> Refunding --> Refunded
 *                  |   |           ^  |            | undo ------------------^
 *                  |   +-> Unknown-+  +-> Voiding <-+
 *                  v         |              |
 *         Declined, Failed <+              +--> Voided
 * </pre>
 *
 * Those with an -ing form and {@link Unknown} are {@link Unfinished}: the provider was asked, or was about to be, and what
 * became of it is not written yet. They survive a crash, and are finished by asking what happened, never by asking for money
 * twice.
 */
public sealed interface State {

    /** Nobody asked for money yet, and nobody may any more: the void overtook the authorisation. */
    record Closed() implements State {}

    /** Someone asked for money. */
    sealed interface Charged extends State {

        Charge charge();

        Status status();
    }

    /** The provider was asked, or is about to be; the answer is not written yet. */
    sealed interface Unfinished extends Charged {

        Operation operation();

        /**
         * Where the answer to {@link #operation} leads; the same state if it decides nothing.
         *
         * @param expiresAt when an authorisation that is given now runs out
         */
        State after(Answer answer, Instant expiresAt);
    }

    /** Can be told, before its outcome is known, that the outcome is not wanted any more. */
    sealed interface Undoable extends Unfinished {

        boolean undo();

        Undoable undone();
    }

    /** The first time the money is asked for. */
    record Authorising(Charge charge, boolean undo) implements Undoable {

        @Override
        public Operation operation() {
            return Operation.AUTHORISE;
        }

        @Override
        public Status status() {
            return Status.UNKNOWN;
        }

        @Override
        public Authorising undone() {
            return new Authorising(charge, true);
        }

        @Override
        public State after(Answer answer, Instant expiresAt) {
            return new Unknown(charge, undo).after(answer, expiresAt);
        }
    }

    /** The provider did not answer: the money may or may not be reserved. */
    record Unknown(Charge charge, boolean undo) implements Undoable {

        @Override
        public Operation operation() {
            return Operation.AUTHORISE;
        }

        @Override
        public Status status() {
            return Status.UNKNOWN;
        }

        @Override
        public Unknown undone() {
            return new Unknown(charge, true);
        }

        @Override
        public State after(Answer answer, Instant expiresAt) {
            return switch (answer) {
                case Done(var reference) ->
                    undo ? new Voiding(charge) : new Authorised(charge, new Authorisation(reference, expiresAt));
                case Answer.Declined(var reason) -> new Declined(charge, reason);
                case Answer.Failed _, Gone _ -> new Failed(charge);
                // The request may still be on its way: voiding it at the provider makes sure that it comes too late.
                case NeverAsked _ -> new Voiding(charge);
                case Unanswered _ -> this;
            };
        }
    }

    /** The money is reserved until {@link Authorisation#expiresAt}. */
    record Authorised(Charge charge, Authorisation authorisation) implements Charged {

        @Override
        public Status status() {
            return Status.AUTHORISED;
        }

        public Capturing capturing() {
            return new Capturing(charge, authorisation, false);
        }

        public Voiding voiding() {
            return new Voiding(charge);
        }
    }

    /** The card was refused. */
    record Declined(Charge charge, DeclineReason reason) implements Charged {

        @Override
        public Status status() {
            return Status.DECLINED;
        }
    }

    /** The provider failed and reserved nothing. Outsiders see a decline: for them it is the same, no money and no card at fault. */
    record Failed(Charge charge) implements Charged {

        @Override
        public Status status() {
            return Status.DECLINED;
        }
    }

    /** What is reserved is being taken. */
    record Capturing(Charge charge, Authorisation authorisation, boolean undo) implements Undoable {

        @Override
        public Operation operation() {
            return Operation.CAPTURE;
        }

        @Override
        public Status status() {
            return Status.AUTHORISED;
        }

        @Override
        public Capturing undone() {
            return new Capturing(charge, authorisation, true);
        }

        @Override
        public State after(Answer answer, Instant expiresAt) {
            return switch (answer) {
                case Done _ -> undo ? new Refunding(charge) : new Captured(charge, authorisation);
                case Gone _, Answer.Declined _, NeverAsked _ -> new Voiding(charge);
                case Answer.Failed _, Unanswered _ -> this;
            };
        }
    }

    /** The money is ours. */
    record Captured(Charge charge, Authorisation authorisation) implements Charged {

        @Override
        public Status status() {
            return Status.CAPTURED;
        }

        public Refunding refunding() {
            return new Refunding(charge);
        }
    }

    /** What is reserved is being given back; nothing can be captured any more. */
    record Voiding(Charge charge) implements Unfinished {

        @Override
        public Operation operation() {
            return Operation.VOID;
        }

        @Override
        public Status status() {
            return Status.AUTHORISED;
        }

        @Override
        public State after(Answer answer, Instant expiresAt) {
            return switch (answer) {
                case Done _ -> new Voided(charge);
                // A capture we gave up on had arrived after all.
                case Gone _ -> new Refunding(charge);
                case Answer.Declined _, Answer.Failed _, NeverAsked _, Unanswered _ -> this;
            };
        }
    }

    /** Nothing is reserved any more. */
    record Voided(Charge charge) implements Charged {

        @Override
        public Status status() {
            return Status.VOIDED;
        }
    }

    /** What was taken is being given back. */
    record Refunding(Charge charge) implements Unfinished {

        @Override
        public Operation operation() {
            return Operation.REFUND;
        }

        @Override
        public Status status() {
            return Status.CAPTURED;
        }

        @Override
        public State after(Answer answer, Instant expiresAt) {
            return switch (answer) {
                case Done _ -> new Refunded(charge);
                case Gone _, Answer.Declined _, Answer.Failed _, NeverAsked _, Unanswered _ -> this;
            };
        }
    }

    /** What was taken is given back. */
    record Refunded(Charge charge) implements Charged {

        @Override
        public Status status() {
            return Status.REFUNDED;
        }
    }
}
