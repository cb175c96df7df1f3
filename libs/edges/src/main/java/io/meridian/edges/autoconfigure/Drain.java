package io.meridian.edges.autoconfigure;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;

/**
 * The time between saying that this instance takes no more requests and closing its doors, in which it serves as ever: whoever chooses among
 * instances has to have heard of the one before the other happens, or its requests meet a closed door.
 *
 * <p>Readiness is off when the context begins to close, which Spring Boot sees to; then this waits; only then do servers, listeners and
 * the relay stop, in the order of their phases. It is a listener and no lifecycle of its own because gRPC servers are in the highest phase there is.
 */
final class Drain implements ApplicationListener<ContextClosedEvent>, Ordered {

    /** How to wait; false if somebody does not want to wait so long. */
    @FunctionalInterface
    interface Pause {
        boolean of(Duration time);
    }

    private static final Logger log = LoggerFactory.getLogger(Drain.class);

    private final ApplicationContext context;
    private final Duration time;
    private final Pause pause;

    Drain(ApplicationContext context, Duration time, Pause pause) {
        this.context = context;
        this.time = time;
        this.pause = pause;
    }

    static boolean sleep(Duration time) {
        try {
            Thread.sleep(time);
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    /** The management port has a context of its own, which closes in the course of this one. */
    @Override
    public void onApplicationEvent(ContextClosedEvent closed) {
        if (closed.getApplicationContext() == context && time.isPositive()) {
            log.atInfo().addKeyValue("drainMs", time.toMillis()).log("not ready any more; the doors close when others have heard of it");
            if (!pause.of(time)) {
                log.warn("interrupted: the doors close now");
            }
        }
    }
}
