package io.meridian.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UuidV7Test {

    private final ManualTime time = new ManualTime();
    private final UuidV7 ids = new UuidV7(time.instants(), new Random(7));

    @Test
    void carriesVersionVariantAndMilliseconds() {
        var id = ids.next();

        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16))
                .isEqualTo(Instant.ofEpochMilli(time.now().toEpochMilli()));
    }

    @Test
    void ascendsWithinOneMillisecondAlsoWhenTheCounterOverflows() {
        var minted = Stream.generate(ids::next).limit(20_000).toList();

        assertThat(minted).doesNotHaveDuplicates().isSortedAccordingTo(Comparator.comparing(UUID::toString));
        assertThat(minted).allMatch(id -> id.version() == 7 && id.variant() == 2);
    }

    @Test
    void ascendsWhenTheClockStepsBack() {
        var clock = new Instant[] {time.now()};
        var stepping = new UuidV7(() -> clock[0], new Random(7));

        var before = stepping.next();
        clock[0] = clock[0].minus(Duration.ofMinutes(10));

        assertThat(stepping.next().toString()).isGreaterThan(before.toString());
    }

    @Test
    void threadsNeverMintTheSame() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<List<UUID>> mint = () -> Stream.generate(ids::next).limit(1_000).toList();
            var all = new ArrayList<UUID>();
            for (Future<List<UUID>> some : threads.invokeAll(Collections.nCopies(50, mint))) {
                all.addAll(some.get());
            }

            assertThat(new HashSet<>(all)).hasSize(50_000);
        }
    }

    @Test
    void lowestIdOfAMomentDividesOlderFromYounger() {
        var older = ids.next();
        time.advance(Duration.ofMillis(1));
        var moment = UuidV7.lowestAt(time.now().toEpochMilli());
        var younger = ids.next();

        assertThat(moment.toString()).isGreaterThan(older.toString()).isLessThanOrEqualTo(younger.toString());
    }
}
