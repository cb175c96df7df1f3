package io.meridian.payment.model;

/** What the provider says of one operation; saying nothing is an answer too, and the most important one. */
public sealed interface Answer {

    /** It is done; asking again under the same key changes nothing. */
    record Done(String reference) implements Answer {}

    /** The card was refused; nothing is reserved. */
    record Declined(DeclineReason reason) implements Answer {}

    /** There is no authorisation this could be done to: it was given back, ran out, or has already been captured. */
    record Gone() implements Answer {}

    /** The provider failed and says so: nothing was done. */
    record Failed() implements Answer {}

    /** The provider never heard of the operation, and enough time has passed that it will not hear of it any more. */
    record NeverAsked() implements Answer {}

    /** No answer in time: it may or may not be done. */
    record Unanswered() implements Answer {}
}
