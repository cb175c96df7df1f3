package io.meridian.edges;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Where the time of one request went, hop by hop, in the order the hops ended: the value of its {@code Server-Timing}
 * header, such as {@code inventory.hold;dur=3.1, payment.authorise;dur=5.0, order;dur=12.4}. What a hop was given of the
 * request's time, in milliseconds, stands in its description, which begins with its name because browsers show it in place of that:
 * {@code inventory.hold;dur=3.1;desc="inventory.hold granted 1890.0 reserved 20.0"}.
 *
 * <p>Safe for use by the several threads that serve one request. What ends after the headers have been sent is not
 * told, and neither is anything beyond {@value #MOST} hops: a header has a bounded size.
 *
 * @see <a href="https://www.w3.org/TR/server-timing/">W3C Server Timing</a>
 */
public final class ServerTiming {

    /** The header it is sent in. */
    public static final String HEADER = "Server-Timing";

    /** The most hops told of one request; about 1 KiB of header at the usual lengths of names, 3 KiB with descriptions. */
    public static final int MOST = 32;

    private static final ScopedValue<ServerTiming> CURRENT = ScopedValue.newInstance();

    private final Queue<String> hops = new ConcurrentLinkedQueue<>();
    private final AtomicInteger seen = new AtomicInteger();

    private volatile @Nullable Duration granted;

    /** The timing of the request that the current thread serves; empty outside of one. */
    public static Optional<ServerTiming> current() {
        return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
    }

    /** Runs {@code work} with this as the {@linkplain #current() current} timing. */
    public <R extends @Nullable Object, X extends Throwable> R during(ScopedValue.CallableOp<R, X> work) throws X {
        return ScopedValue.where(CURRENT, this).call(work);
    }

    /** Notes how long the answer to this request is wanted, to be told with the whole. */
    public void granted(Duration budget) {
        granted = budget;
    }

    /** Notes that the hop {@code name}, a token of RFC 9110, took {@code time}. */
    public void add(String name, Duration time) {
        if (seen.getAndIncrement() < MOST) {
            hops.add(metric(name, time));
        }
    }

    /**
     * As {@link #add(String, Duration)}, for a hop that was given a part of the request's time.
     *
     * @param granted how long its answer was waited for at most
     * @param reserved what was kept back for the way and the answer; null if nobody says
     */
    public void add(String name, Duration time, Duration granted, @Nullable Duration reserved) {
        if (seen.getAndIncrement() < MOST) {
            hops.add(metric(name, time, granted, reserved));
        }
    }

    /** The header's value with the whole request as its last metric; one that the bound above does not leave out. */
    public String valueWith(String whole, Duration time) {
        var budget = granted;
        var last = budget == null ? metric(whole, time) : metric(whole, time, budget, null);
        return hops.isEmpty() ? last : String.join(", ", hops) + ", " + last;
    }

    /** One metric as it stands in the header: a name and milliseconds with a tenth. */
    public static String metric(String name, Duration time) {
        return name + ";dur=" + millis(time);
    }

    private static String metric(String name, Duration time, Duration granted, @Nullable Duration reserved) {
        return metric(name, time) + ";desc=\"" + name + " granted " + millis(granted)
                + (reserved == null ? "" : " reserved " + millis(reserved)) + '"';
    }

    private static String millis(Duration time) {
        return String.format(Locale.ROOT, "%.1f", time.toNanos() / 1e6);
    }
}
