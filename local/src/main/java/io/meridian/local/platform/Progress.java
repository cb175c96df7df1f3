package io.meridian.local.platform;

import java.time.Duration;

/** Told what happens while the platform starts or stops; called from several threads. */
public interface Progress {

    /** How a component came to run. */
    enum Outcome {
        STARTED,
        RAN_ALREADY,
        /** A process of an earlier run that was killed; it is used on. */
        FOUND_AGAIN,
        STOPPED
    }

    void begins(Component component);

    void done(Component component, Outcome outcome, Duration took);

    /** Something worth a sentence. */
    void note(String sentence);

    /** The run is told to end; what it has begun is taken back, and nothing more is reported. */
    void interrupted();

    /** Nobody listens. */
    Progress SILENT = new Progress() {
        @Override
        public void begins(Component component) {}

        @Override
        public void done(Component component, Outcome outcome, Duration took) {}

        @Override
        public void note(String sentence) {}

        @Override
        public void interrupted() {}
    };
}
