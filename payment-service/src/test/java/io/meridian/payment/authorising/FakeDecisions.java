package io.meridian.payment.authorising;

import io.meridian.payment.model.Fact;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.Transition;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it heard, in words. */
final class FakeDecisions implements Decisions {

    final List<String> heard = new CopyOnWriteArrayList<>();

    @Override
    public void decided(Transition transition) {
        heard.add(transition.after().state().getClass().getSimpleName());
    }

    @Override
    public void closed(OrderId orderId) {
        heard.add("closed");
    }

    @Override
    public void announced(OrderId orderId, Fact fact, String why) {
        heard.add(fact.getClass().getSimpleName() + ": " + why);
    }

    @Override
    public void contradicted(OrderId orderId, String how) {
        heard.add("contradicted: " + how);
    }

    @Override
    public void postponed(OrderId orderId, RuntimeException fault) {
        heard.add("postponed: " + fault.getMessage());
    }
}
