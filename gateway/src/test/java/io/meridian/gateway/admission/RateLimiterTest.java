package io.meridian.gateway.admission;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meridian.gateway.admission.RateLimiter.Decisions;
import io.meridian.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class RateLimiterTest {

    private static final Rate RATE = new Rate(10, 3);

    private final ManualTime time = new ManualTime();
    private final RememberingBuckets shared = new RememberingBuckets();
    private final RateLimiter limiter = new RateLimiter(
            RATE,
            shared,
            ofMillis(200),
            ofMillis(20),
            Schedulers.parallel(),
            time.nanos());

    @AfterEach
    void close() {
        limiter.close();
    }

    @Test
    void countsAloneUntilTheSharedBucketsHaveAnsweredOnce() {
        take();
        assertThat(shared.asked).isEmpty();

        startTogether();
        take();

        assertThat(limiter.alone()).isEqualTo(new Decisions(1, 0));
        assertThat(limiter.together()).isEqualTo(new Decisions(1, 0));
    }

    @Test
    void sharedBucketsDecideWhatTheOwnWouldAdmit() {
        startTogether();
        shared.answer = Mono.just(new Allowance(false, RATE, RATE.credit()));

        assertThat(take().admitted()).isFalse();
        assertThat(limiter.together()).isEqualTo(new Decisions(0, 1));
        assertThat(limiter.alone()).isEqualTo(new Decisions(0, 0));
    }

    @Test
    void ownBucketRefusesWithoutAskingTheShared() {
        startTogether();
        take();
        take();
        take();
        var asked = shared.asked.size();

        assertThat(take().admitted()).isFalse();
        assertThat(shared.asked).hasSize(asked);
    }

    @Test
    void failureIsNotPassedOnAndWhatWasCountedStaysCounted() {
        startTogether();
        take();
        shared.answer = Mono.error(new IllegalStateException("away"));

        var decided = new ArrayList<Boolean>();
        for (var request = 0; request < 4; request++) {
            decided.add(take().admitted());
        }

        assertThat(decided).containsExactly(true, true, false, false);
        assertThat(limiter.isAlone()).isTrue();
    }

    @Test
    void silenceIsWaitedForOnceAndNotByTheNext() {
        startTogether();
        shared.answer = Mono.never();

        assertThat(take().admitted()).isTrue();
        assertThat(limiter.isAlone()).isTrue();
        var customersAsked = shared.customersAsked();
        take();

        assertThat(shared.customersAsked()).isEqualTo(customersAsked);
    }

    @Test
    void returnsByItselfAndProbesOneAtATime() {
        startTogether();
        shared.answer = Mono.error(new IllegalStateException("away"));
        take();
        shared.answer = Mono.<Allowance>never().doOnSubscribe(_ -> shared.enter()).doFinally(_ -> shared.leave());
        await().atMost(ofSeconds(30)).until(() -> shared.entered.get() >= 1);
        assertThat(shared.mostAtOnce).hasValue(1);

        shared.answer = shared.admitting;

        await().atMost(ofSeconds(30)).until(() -> !limiter.isAlone());
        assertThat(take().admitted()).isTrue();
        assertThat(limiter.together()).isEqualTo(new Decisions(1, 0));
    }

    @Test
    void slowSharedBucketsAreNotReturnedTo() {
        shared.answer = Mono.delay(ofMillis(300)).then(shared.admitting);
        limiter.start();

        await().atMost(ofSeconds(30)).until(() -> shared.asked.size() >= 3);

        assertThat(limiter.isAlone()).isTrue();
    }

    private void startTogether() {
        limiter.start();
        await().atMost(ofSeconds(30)).until(() -> !limiter.isAlone());
    }

    private Allowance take() {
        return Objects.requireNonNull(limiter.take("c").block(Duration.ofSeconds(30)));
    }

    private static final class RememberingBuckets implements SharedBuckets {

        final List<String> asked = new CopyOnWriteArrayList<>();
        final AtomicInteger entered = new AtomicInteger();
        final AtomicInteger mostAtOnce = new AtomicInteger();
        private final AtomicInteger inside = new AtomicInteger();
        final Mono<Allowance> admitting = Mono.just(new Allowance(true, RATE, RATE.cost()));
        volatile Mono<Allowance> answer = admitting;

        @Override
        public Mono<Allowance> take(String client) {
            asked.add(client);
            return answer;
        }

        long customersAsked() {
            return asked.stream().filter("c"::equals).count();
        }

        void enter() {
            entered.incrementAndGet();
            mostAtOnce.accumulateAndGet(inside.incrementAndGet(), Math::max);
        }

        void leave() {
            inside.decrementAndGet();
        }
    }
}
