package io.meridian.simulation.schedule;

import io.grpc.stub.StreamObserver;
import io.meridian.contracts.payment.v1.AuthoriseRequest;
import io.meridian.payment.authorising.Authorise;
import io.meridian.payment.authorising.Capture;
import io.meridian.payment.authorising.Decisions;
import io.meridian.payment.authorising.FinishOverdue;
import io.meridian.payment.authorising.Means;
import io.meridian.payment.authorising.Undo;
import io.meridian.payment.clock.OverdueSweep;
import io.meridian.payment.events.OrdersListener;
import io.meridian.payment.events.OutboxAnnouncements;
import io.meridian.payment.grpc.PaymentGrpc;
import io.meridian.payment.model.Fact;
import io.meridian.payment.model.OrderId;
import io.meridian.payment.model.Transition;
import io.meridian.simulation.engine.Node;
import io.meridian.simulation.engine.Threads;
import io.meridian.simulation.network.Service;
import io.meridian.simulation.payment.MemoryPayments;
import java.util.List;

/** One life of a payment service. */
final class PaymentProcess extends Process implements Service.Door {

    private final PaymentGrpc grpc;

    PaymentProcess(Platform platform, Node node) {
        super(platform, node, "payment-service", platform.payments(), platform.paymentSlot());
        var world = platform.world();
        var payments = new MemoryPayments(
                world,
                connections,
                platform.paymentRows(),
                transactions,
                new OutboxAnnouncements(outbox),
                platform.plant().payments());
        var means = new Means(
                payments,
                platform.provider().from(node),
                new Hearing(platform),
                platform.settings().paymentPatience(),
                node.clock());
        var undo = new Undo(means);
        this.grpc = new PaymentGrpc(new Authorise(means), undo, payments, (_, _) -> List.of());
        var listener = new OrdersListener(inbox, new Capture(means), undo);
        var finish = new FinishOverdue(means, undo, () -> new Threads(world, node, "finishing"));
        var sweep = new OverdueSweep(finish, Settings.SWEEP_BATCH);

        platform.paymentService().open(node, this);
        relay();
        consume("payment-orders", "orders.v1", listener::on);
        every(Settings.SWEEP_PAYMENTS_EVERY, "sweep", sweep::run);
    }

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"}) // the channel knows which answer belongs to which request
    public void call(String method, Object request, StreamObserver<Object> answer) {
        switch (request) {
            case AuthoriseRequest authorise -> grpc.authorise(authorise, (StreamObserver) answer);
            default -> throw new IllegalArgumentException("no such call: " + method);
        }
    }

    /** Keeps what a person would have to look into. */
    private record Hearing(Platform platform) implements Decisions {

        @Override
        public void decided(Transition transition) {}

        @Override
        public void closed(OrderId orderId) {}

        @Override
        public void announced(OrderId orderId, Fact fact, String why) {}

        @Override
        public void contradicted(OrderId orderId, String how) {
            platform.ledger().contradicted("order " + orderId + ": " + how);
        }

        @Override
        public void postponed(OrderId orderId, RuntimeException fault) {
            platform.ledger().judge("finishing " + orderId, fault);
        }
    }
}
