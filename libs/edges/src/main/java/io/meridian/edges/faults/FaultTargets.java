package io.meridian.edges.faults;

import java.util.Map;

/** Says which calls of this application a fault can be set on; there may be several of these, one for each door. */
@FunctionalInterface
public interface FaultTargets {

    /** What each target is for people, such as {@code GET /api/orders/{id}}, by its name, such as {@code order.read}. */
    Map<String, String> targets();
}
