package io.meridian.gateway.admission;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Admits each client at one {@link Rate} over all gateways, and never makes a request wait for, or fail with, the place
 * where they share their count.
 *
 * <p>A request is first charged to this gateway's own bucket, which alone refuses what is too much in any case, then to
 * the shared one. If that fails or takes longer than {@code patience}, this gateway counts alone from then on, with what
 * it has counted so far, and asks once per {@code probeInterval}, in the background and one at a time, whether the shared
 * buckets answer in time again. So it also starts: alone, until a first probe has opened and warmed the connection.
 *
 * <p>While gateways count alone, a client that is spread over {@code n} of them gets up to {@code n} times its rate.
 */
public final class RateLimiter implements AutoCloseable {

    /** How often a client was admitted or refused. */
    public record Decisions(long admitted, long refused) {}

    private static final Logger log = LoggerFactory.getLogger(RateLimiter.class);
    private static final String PROBE = "-probe-";
    private static final Duration CONNECTING = Duration.ofSeconds(1);

    private final LocalBuckets local;
    private final SharedBuckets shared;
    private final Duration patience;
    private final Duration probeInterval;
    private final Scheduler probing;
    private final Tally together = new Tally();
    private final Tally byItself = new Tally();
    private final AtomicBoolean alone = new AtomicBoolean(true);
    private final Disposable.Swap probes = Disposables.swap();

    /**
     * @param patience how long a request waits for the shared buckets
     * @param probeInterval how often they are tried while this gateway counts alone
     * @param probing where probes run; they may block while they connect
     */
    public RateLimiter(
            Rate rate,
            SharedBuckets shared,
            Duration patience,
            Duration probeInterval,
            Scheduler probing,
            LongSupplier nanoClock) {
        this.local = new LocalBuckets(rate, nanoClock);
        this.shared = shared;
        this.patience = patience;
        this.probeInterval = probeInterval;
        this.probing = probing;
    }

    /** Begins to look for the shared buckets; until they answer this gateway counts alone. */
    public void start() {
        probes.update(probe());
    }

    /** Charges one request to {@code client}; never fails. */
    public Mono<Allowance> take(String client) {
        var own = local.take(client);
        if (alone.get() || !own.admitted()) {
            return Mono.just(byItself.count(own));
        }
        return shared.take(client)
                .timeout(patience)
                .map(together::count)
                .onErrorResume(fault -> {
                    countAlone(fault);
                    return Mono.just(byItself.count(own));
                });
    }

    /** Whether this gateway counts alone at the moment. */
    public boolean isAlone() {
        return alone.get();
    }

    /** What was decided by the shared buckets. */
    public Decisions together() {
        return together.sum();
    }

    /** What was decided by this gateway's own. */
    public Decisions alone() {
        return byItself.sum();
    }

    @Override
    public void close() {
        probes.dispose();
    }

    private void countAlone(Throwable fault) {
        if (alone.compareAndSet(false, true)) {
            log.atWarn()
                    .addKeyValue("cause", fault.toString())
                    .log("rate limits are counted by this gateway alone until the shared buckets answer within {} ms",
                            patience.toMillis());
            probes.update(probe());
        }
    }

    // The first run may open the connection and load the script; the second has to be as quick as a request needs it.
    private Disposable probe() {
        return Mono.defer(() -> shared.take(PROBE).timeout(CONNECTING))
                .then(Mono.defer(() -> shared.take(PROBE).timeout(patience)))
                .subscribeOn(probing)
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, probeInterval))
                .subscribe(_ -> {
                    alone.set(false);
                    log.info("rate limits are counted together with all gateways");
                });
    }

    private static final class Tally {

        private final LongAdder admitted = new LongAdder();
        private final LongAdder refused = new LongAdder();

        Allowance count(Allowance allowance) {
            (allowance.admitted() ? admitted : refused).increment();
            return allowance;
        }

        Decisions sum() {
            return new Decisions(admitted.sum(), refused.sum());
        }
    }
}
