package io.meridian.order.viewing;

import io.meridian.order.model.OrderId;
import java.time.Duration;

/** Rings when the log of an order has grown, on this instance or another; perhaps once too often, never too seldom. */
public interface Bell {

    /** Hears the bell of one order from now on. */
    Ear listen(OrderId id);

    /** Hears one bell until closed. */
    interface Ear extends AutoCloseable {

        /** Waits until the bell has rung since the last wait ended, at most {@code atMost}; whether it has. */
        boolean await(Duration atMost) throws InterruptedException;

        @Override
        void close();
    }
}
