package io.meridian.outbox;

import java.util.List;
import java.util.Optional;

/** Says how the listeners of this instance are doing. */
public interface HearingReport {

    /** Of each listener that has been taken in hand; none before the service has started. */
    List<HearingStatus> statuses();

    /** Of one; empty if there is none of that id. */
    Optional<HearingStatus> status(String listener);
}
