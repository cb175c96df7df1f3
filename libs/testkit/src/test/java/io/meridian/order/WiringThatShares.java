package io.meridian.order;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.context.annotation.Bean;

/** Breach: collections that all threads reach and that are not made for it. */
public class WiringThatShares {

    static final Map<String, String> BY_TYPE = new HashMap<>();
    static final ArrayList<String> BY_NAME = new ArrayList<>(List.of());

    @Bean
    Shared shared() {
        return new Shared();
    }

    /** There is one of it. */
    public static final class Shared {

        final HashMap<String, String> seen = new HashMap<>();
    }
}
