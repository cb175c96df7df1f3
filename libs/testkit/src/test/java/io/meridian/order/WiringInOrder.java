package io.meridian.order;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Collections that may be shared, and one that is not. */
public class WiringInOrder {

    static final Map<String, Integer> FIXED = Map.of("a", 1);
    static final Map<String, Integer> CONCURRENT = new ConcurrentHashMap<>();

    static List<String> local(String one) {
        var list = new ArrayList<String>();
        list.add(one);
        return list;
    }

    /** Nobody's bean: each thread has its own. */
    static final class Gatherer {

        final ArrayList<String> gathered = new ArrayList<>();
    }
}
