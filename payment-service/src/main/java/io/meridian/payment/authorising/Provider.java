package io.meridian.payment.authorising;

import io.meridian.payment.model.Answer;
import io.meridian.payment.model.Charge;
import io.meridian.payment.model.IdempotencyKey;
import io.meridian.payment.model.Money;

/**
 * Whoever holds the cards: a payment service provider, somewhere else, with a memory of its own.
 *
 * <p>It does an operation at most once per key and gives the first answer again when it is asked again. It never throws for
 * what happens on the way to it: if nobody can say whether it was done, the answer is {@link Answer.Unanswered}.
 */
public interface Provider {

    Answer authorise(IdempotencyKey key, Charge charge);

    /** Takes what was authorised under {@code authorisation}; {@link Answer.Gone} if that is not there to be taken. */
    Answer capture(IdempotencyKey key, IdempotencyKey authorisation, Money amount);

    /**
     * Gives back what was authorised under {@code authorisation}; {@link Answer.Gone} if it has been captured. If it has not
     * been asked for yet, it never will be: an authorisation that arrives afterwards under that key is refused.
     */
    Answer cancel(IdempotencyKey key, IdempotencyKey authorisation);

    /** Gives back what was captured; {@link Answer.Gone} if nothing was. */
    Answer refund(IdempotencyKey key, IdempotencyKey authorisation, Money amount);

    /** What became of the operation with this key; changes nothing. */
    Standing query(IdempotencyKey key);

    /** What the provider knows of an operation. */
    sealed interface Standing {

        record Known(Answer answer) implements Standing {}

        /** It was asked, and is not decided yet. */
        record Working() implements Standing {}

        /** It has never been asked, as far as the provider has seen. */
        record Unseen() implements Standing {}

        /** The query itself got no answer. */
        record Unanswered() implements Standing {}
    }
}
