package io.meridian.order.model;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * The name of one order: a UUID of version 7 (RFC 9562), so ids sort by the millisecond they were minted in, which is what
 * makes "newest first" a walk along the primary key.
 */
public record OrderId(UUID value) implements Comparable<OrderId> {

    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    /** A new id of this moment. */
    public static OrderId mint(Instant now, RandomGenerator random) {
        var high = now.toEpochMilli() << 16 | 0x7000 | random.nextLong() & 0x0fff;
        var low = random.nextLong() & 0x3fff_ffff_ffff_ffffL | 0x8000_0000_0000_0000L;
        return new OrderId(new UUID(high, low));
    }

    /** The id written as {@code text}; empty if it is not a UUID in its 36 characters ({@link UUID#fromString} takes less). */
    public static Optional<OrderId> parse(String text) {
        return UUID_TEXT.matcher(text).matches() ? Optional.of(new OrderId(UUID.fromString(text))) : Optional.empty();
    }

    /** The id written as {@code text}, which stands at {@code place}. */
    public static OrderId parse(String place, String text) {
        return parse(text).orElseThrow(() -> new Malformed(place, "a UUID", Malformed.shown(text)));
    }

    /** Oldest first, as the database sorts UUIDs: by their bytes, without a sign. */
    @Override
    public int compareTo(OrderId other) {
        var high = Long.compareUnsigned(value.getMostSignificantBits(), other.value.getMostSignificantBits());
        return high != 0
                ? high
                : Long.compareUnsigned(value.getLeastSignificantBits(), other.value.getLeastSignificantBits());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
