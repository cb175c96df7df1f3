package io.meridian.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BucketsTest {

    @Test
    void everyTimeIsWithinItsBucket() {
        for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
            long lower = Buckets.lowerNanos(bucket);
            long upper = Buckets.upperNanos(bucket);

            assertThat(Buckets.of(lower)).isEqualTo(bucket);
            assertThat(Buckets.of((lower + upper) / 2)).isEqualTo(bucket);
            assertThat(Buckets.of(upper - 1)).isEqualTo(bucket);
        }
    }

    @Test
    void noTimeIsTooShortOrTooLong() {
        assertThat(Buckets.of(-1)).isZero();
        assertThat(Buckets.of(0)).isZero();
        assertThat(Buckets.of(1)).isZero();
        assertThat(Buckets.of(Long.MAX_VALUE)).isEqualTo(Buckets.COUNT - 1);
    }

    @Test
    void reachesFromAQuarterOfAMillisecondToTwentyFourSeconds() {
        assertThat(Buckets.upperNanos(0)).isEqualTo(TimeUnit.MICROSECONDS.toNanos(300));
        assertThat(Buckets.lowerNanos(Buckets.COUNT - 1))
                .isBetween(TimeUnit.SECONDS.toNanos(24), TimeUnit.SECONDS.toNanos(25));
    }
}
