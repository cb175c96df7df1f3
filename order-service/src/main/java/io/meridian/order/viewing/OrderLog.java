package io.meridian.order.viewing;

import io.meridian.order.model.OrderId;
import java.util.List;

/** Reads the log of one order. */
public interface OrderLog {

    /** The lines after the given sequence, in order; from the first for 0. Empty for an unknown order. */
    List<Update> after(OrderId id, long sequence);
}
