package io.meridian.breaker;

/**
 * The scale on which times are counted: 64 buckets from 0 to 24 s and beyond, each a fifth wider than the one before. There are 64 so
 * that one bit for each fits into a {@code long}.
 */
final class Buckets {

    static final int COUNT = 64;

    private static final double FIRST_NANOS = 250_000;
    private static final double RATIO = 1.2;

    /** Where each bucket begins, and where the last one is taken to end. */
    private static final long[] EDGES = edges();

    /** The bucket in which numbers begin that share their highest bit and the four bits below it; 1/16 is less than a fifth. */
    private static final byte[] FIRST_OF = firsts();

    private Buckets() {}

    static int of(long nanos) {
        if (nanos < 16) {
            return 0;
        }
        int first = FIRST_OF[prefix(nanos)];
        return first + 1 < COUNT && nanos >= EDGES[first + 1] ? first + 1 : first;
    }

    static long lowerNanos(int bucket) {
        return EDGES[bucket];
    }

    static long upperNanos(int bucket) {
        return EDGES[bucket + 1];
    }

    private static int prefix(long nanos) {
        int highest = 63 - Long.numberOfLeadingZeros(nanos);
        return highest << 4 | (int) (nanos >>> (highest - 4)) & 15;
    }

    private static long[] edges() {
        var edges = new long[COUNT + 1];
        for (int i = 1; i <= COUNT; i++) {
            edges[i] = Math.round(FIRST_NANOS * Math.pow(RATIO, i));
        }
        return edges;
    }

    private static byte[] firsts() {
        var firsts = new byte[64 << 4];
        for (int highest = 4; highest < 63; highest++) {
            for (int next = 0; next < 16; next++) {
                firsts[highest << 4 | next] = (byte) search((16L + next) << (highest - 4));
            }
        }
        return firsts;
    }

    private static int search(long nanos) {
        int bucket = 0;
        while (bucket + 1 < COUNT && nanos >= EDGES[bucket + 1]) {
            bucket++;
        }
        return bucket;
    }
}
