package io.meridian.deadline.http;

import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.Ending;
import io.meridian.deadline.Stage;
import java.time.Duration;

/**
 * Notes for the request of the current thread that something was refused or stopped for lack of time. A hop is cut a little before the
 * deadline, so that there is time to say so; the failure that follows from it is answered like one after the deadline.
 */
public final class CutShort implements DeadlineListener {

    @Override
    public void refusedBeforeDispatch(String hop, Duration left) {
        note();
    }

    @Override
    public void stopped(Stage stage, Ending ending) {
        note();
    }

    private static void note() {
        var serving = Serving.currentOrNull();
        if (serving != null) {
            serving.cutShort();
        }
    }
}
