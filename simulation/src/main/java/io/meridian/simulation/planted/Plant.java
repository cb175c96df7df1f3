package io.meridian.simulation.planted;

import io.meridian.order.placing.Payments;
import io.meridian.order.placing.Stock;
import io.meridian.outbox.relay.Publisher;
import io.meridian.simulation.database.Connections;
import io.meridian.simulation.engine.Dice;
import io.meridian.simulation.log.Broker;
import io.meridian.simulation.log.Consumer;
import io.meridian.simulation.inventory.MemoryHolds;
import io.meridian.simulation.order.MemoryOrders;
import io.meridian.simulation.order.MemoryUnfinished;
import io.meridian.simulation.payment.CardProvider;
import io.meridian.simulation.payment.MemoryPayments;
import io.meridian.simulation.relay.Slot;

/**
 * Where a bug can be planted: the edges and the wiring of a simulated platform, never the classes under test. Each method gives
 * what the platform uses; by default that is as it should be.
 */
public interface Plant {

    /** A platform as it should be. */
    Plant NONE = new Plant() {};

    default MemoryOrders.Bends orders() {
        return MemoryOrders.Bends.NONE;
    }

    default MemoryUnfinished.Bends unfinished() {
        return MemoryUnfinished.Bends.NONE;
    }

    default MemoryHolds.Bends holds() {
        return MemoryHolds.Bends.NONE;
    }

    default MemoryPayments.Bends payments() {
        return MemoryPayments.Bends.NONE;
    }

    default CardProvider.Bends provider(Dice dice) {
        return CardProvider.Bends.NONE;
    }

    default Slot.Bends slot() {
        return Slot.Bends.NONE;
    }

    default Broker.Bends broker(Dice dice) {
        return Broker.Bends.NONE;
    }

    default Consumer.Bends consumer(String name) {
        return Consumer.Bends.NONE;
    }

    default Connections.Ports ports() {
        return Connections.Ports.STRAIGHT;
    }

    default Publisher publisher(Publisher publisher) {
        return publisher;
    }

    default Payments money(Payments payments) {
        return payments;
    }

    default Consumer.Listener listener(String name, Consumer.Listener listener) {
        return listener;
    }
}
