package io.meridian.order.settling;

import io.meridian.order.model.CardToken;
import io.meridian.order.placing.Entry;
import java.time.Duration;
import java.util.List;

/** The orders nobody drives: due because their placing should have ended, or because it is time to ask again. */
public interface Unfinished {

    /**
     * An unfinished order, leased.
     *
     * @param attempts how often it has been leased, this time included
     * @param age how long ago it was journalled
     */
    record Leased(Entry entry, CardToken card, int attempts, Duration age) {}

    /**
     * Takes up to {@code most} due orders, each for {@code term}; no other settler gets them during it. The lease is a
     * courtesy that saves double work; what keeps a settler from harm that slept through its term is the entry's epoch.
     */
    List<Leased> lease(int most, Duration term);

    /**
     * Puts the order down until {@code pause} has passed, unless somebody else has taken it over since.
     *
     * @param why it could not be brought to its end; kept for whoever looks after it
     */
    void defer(Leased leased, Duration pause, String why);
}
