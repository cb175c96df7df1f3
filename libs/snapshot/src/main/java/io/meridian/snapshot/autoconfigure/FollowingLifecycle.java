package io.meridian.snapshot.autoconfigure;

import io.meridian.snapshot.Follower;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;

/** Gives each follower a thread, from the start of the application to its end. Tells once when one is late, and once when it no longer is. */
final class FollowingLifecycle implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(FollowingLifecycle.class);

    /** So often it is looked whether a follower is late. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final ObjectProvider<Follower<?, ?>> followers;
    private final boolean enabled;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running;

    FollowingLifecycle(ObjectProvider<Follower<?, ?>> followers, boolean enabled) {
        this.followers = followers;
        this.enabled = enabled;
    }

    @Override
    public void start() {
        running = true;
        followers.stream().forEach(it -> threads.add(
                Thread.ofVirtual().name("follows-" + it.name()).start(() -> follow(it))));
    }

    @Override
    public void stop() {
        running = false;
        threads.forEach(Thread::interrupt);
        threads.clear();
        followers.stream().forEach(Follower::close);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public boolean isAutoStartup() {
        return enabled;
    }

    private void follow(Follower<?, ?> follower) {
        var late = false;
        while (running) {
            var pause = turned(follower);
            late = told(follower, late);
            try {
                follower.await(pause.toNanos() < LOOK_NANOS ? pause : Duration.ofNanos(LOOK_NANOS));
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    /** A fault in a source must not end the following. */
    private static Duration turned(Follower<?, ?> follower) {
        try {
            return follower.turn();
        } catch (RuntimeException fault) {
            log.atError().addKeyValue("snapshot", follower.name()).setCause(fault).log("following failed; trying again");
            return Duration.ofNanos(LOOK_NANOS);
        }
    }

    private static boolean told(Follower<?, ?> follower, boolean late) {
        if (follower.isLate() == late) {
            return late;
        }
        if (late) {
            log.atInfo()
                    .addKeyValue("snapshot", follower.name())
                    .addKeyValue("version", follower.store().current().version())
                    .log("the snapshot is up to date again");
        } else {
            log.atWarn()
                    .addKeyValue("snapshot", follower.name())
                    .addKeyValue("seconds", follower.staleness().toSeconds())
                    .addKeyValue("complete", follower.isComplete())
                    .addKeyValue("why", String.valueOf(follower.problem()))
                    .log("the snapshot is late; what can be asked is asked");
        }
        return !late;
    }
}
