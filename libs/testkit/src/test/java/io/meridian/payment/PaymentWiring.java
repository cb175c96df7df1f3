package io.meridian.payment;

import io.meridian.payment.authorising.Authorise;
import java.time.InstantSource;

/** Wires everything, and so may ask for the real clock. */
final class PaymentWiring {

    Authorise authorise() {
        return new Authorise(InstantSource.system());
    }
}
