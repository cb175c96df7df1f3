package io.meridian.order;

import java.time.InstantSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Breach: nothing is injected into fields. */
final class WiringWithInjectedField {

    @Autowired
    private InstantSource time = InstantSource.system();

    InstantSource time() {
        return time;
    }
}
