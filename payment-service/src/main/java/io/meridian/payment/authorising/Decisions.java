package io.meridian.payment.authorising;

import io.meridian.payment.model.Fact;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.State.Charged;
import io.meridian.payment.model.State.Declined;
import io.meridian.payment.model.Transition;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line per decision about money, after it is written; ids as key-values, never a token. */
final class Decisions {

    private static final Logger log = LoggerFactory.getLogger("io.meridian.payment.decisions");

    private Decisions() {}

    static void decided(Transition transition) {
        var state = transition.after().state();
        var line = log.atInfo()
                .addKeyValue("orderId", transition.after().orderId())
                .addKeyValue("from", transition.before().state().getClass().getSimpleName())
                .addKeyValue("to", state.getClass().getSimpleName());
        if (state instanceof Charged charged) {
            line = line.addKeyValue("amount", charged.charge().amount());
        }
        if (state instanceof Declined(_, var reason)) {
            line = line.addKeyValue("reason", reason);
        }
        line.log("payment {}", state.getClass().getSimpleName().toLowerCase(Locale.ROOT));
    }

    static void closed(OrderId orderId) {
        log.atInfo().addKeyValue("orderId", orderId).log("payment closed before it was asked for");
    }

    static void announced(OrderId orderId, Fact fact, String why) {
        log.atInfo()
                .addKeyValue("orderId", orderId)
                .addKeyValue("fact", fact.getClass().getSimpleName())
                .log("{}", why);
    }
}
