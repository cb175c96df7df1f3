package io.meridian.payment;

import io.meridian.payment.authorising.Decisions;
import io.meridian.payment.model.Fact;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.State.Charged;
import io.meridian.payment.model.State.Declined;
import io.meridian.payment.model.Transition;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line per decision about money, with ids as key-values and never a token. */
final class LoggedDecisions implements Decisions {

    private static final Logger log = LoggerFactory.getLogger(LoggedDecisions.class);

    @Override
    public void decided(Transition transition) {
        var before = name(transition.before().state());
        var after = name(transition.after().state());
        var line = log.atInfo()
                .addKeyValue("orderId", transition.after().orderId())
                .addKeyValue("from", before)
                .addKeyValue("to", after);
        if (transition.after().state() instanceof Charged charged) {
            line = line.addKeyValue("amount", charged.charge().amount());
        }
        if (transition.after().state() instanceof Declined(_, var reason)) {
            line = line.addKeyValue("reason", reason);
        }
        line.log("payment {}", after);
    }

    @Override
    public void closed(OrderId orderId) {
        log.atInfo().addKeyValue("orderId", orderId).log("payment closed before it was asked for");
    }

    @Override
    public void announced(OrderId orderId, Fact fact, String why) {
        log.atInfo()
                .addKeyValue("orderId", orderId)
                .addKeyValue("announced", name(fact))
                .log(why);
    }

    @Override
    public void contradicted(OrderId orderId, String how) {
        log.atError().addKeyValue("orderId", orderId).log(how);
    }

    @Override
    public void postponed(OrderId orderId, RuntimeException fault) {
        log.atWarn()
                .addKeyValue("orderId", orderId)
                .setCause(fault)
                .log("payment could not be finished now; it is due again soon");
    }

    private static String name(Object value) {
        return value.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
}
