package io.meridian.gateway.admission;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.testkit.ManualTime;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LocalBucketsTest {

    private final ManualTime time = new ManualTime();
    private final LocalBuckets buckets = new LocalBuckets(new Rate(10, 5), time.nanos());

    @Test
    void burstIsAdmittedAndNotOneMore() {
        assertThat(admittedOf(8)).isEqualTo(5);
    }

    @Test
    void tokensGrowBackWhileTheClockOverflows() {
        admittedOf(5);

        for (var second = 0; second < 6; second++) {
            time.advance(ofSeconds(1));
            assertThat(admittedOf(20)).as("second %d", second).isEqualTo(5);
        }
        time.advance(ofMillis(250));
        assertThat(admittedOf(20)).isEqualTo(2);
    }

    @Test
    void clientsDoNotTakeFromOneAnother() {
        admittedOf(5);

        assertThat(buckets.take("another").admitted()).isTrue();
    }

    @Test
    void racingRequestsShareOneBucketExactly() {
        var admitted = new AtomicInteger();

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 500).forEach(_ -> threads.submit(() -> {
                if (buckets.take("c").admitted()) {
                    admitted.incrementAndGet();
                }
            }));
        }

        assertThat(admitted).hasValue(5);
    }

    private long admittedOf(int requests) {
        return IntStream.range(0, requests)
                .filter(_ -> buckets.take("c").admitted())
                .count();
    }
}
