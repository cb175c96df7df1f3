package io.meridian.deadline.scheduling;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.autoconfigure.DeadlineAutoConfiguration;
import io.meridian.deadline.autoconfigure.SchedulingDeadlineAutoConfiguration;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.autoconfigure.task.TaskSchedulingAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** Boot's own schedulers and executors, on pooled and on virtual threads: the two do not treat all triggers alike. */
class SchedulingDeadlineTest {

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    DeadlineAutoConfiguration.class,
                    SchedulingDeadlineAutoConfiguration.class,
                    TaskExecutionAutoConfiguration.class,
                    TaskSchedulingAutoConfiguration.class));

    /** What a run found: its scope, if any, and its thread. */
    record Run(Optional<DeadlineScope> scope, String thread) {

        static Run now() {
            return new Run(DeadlineScope.current(), Thread.currentThread().getName());
        }
    }

    static class Runs {

        final BlockingQueue<Run> seen = new LinkedBlockingQueue<>();

        void add() {
            seen.add(Run.now());
        }

        Run next() throws InterruptedException {
            var run = seen.poll(30, SECONDS);
            assertThat(run).describedAs("a run").isNotNull();
            return run;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableScheduling
    static class Recording {

        @Bean
        Runs runs() {
            return new Runs();
        }
    }

    static class FixedDelay extends Recording {

        @Bean
        Object task(Runs runs) {
            return new Object() {
                @Scheduled(fixedDelay = 5)
                void run() {
                    runs.add();
                }
            };
        }
    }

    static class FixedRate extends Recording {

        @Bean
        Object task(Runs runs) {
            return new Object() {
                @Scheduled(fixedRate = 5)
                void run() {
                    runs.add();
                }
            };
        }
    }

    static class Cron extends Recording {

        @Bean
        Object task(Runs runs) {
            return new Object() {
                @Scheduled(cron = "* * * * * *")
                void run() {
                    runs.add();
                }
            };
        }
    }

    static class Configured extends Recording {

        @Bean
        SchedulingConfigurer task(Runs runs) {
            return tasks -> tasks.addFixedDelayTask(runs::add, Duration.ofMillis(5));
        }
    }

    static class Triggered extends Recording {

        @Bean
        SchedulingConfigurer task(Runs runs) {
            return tasks -> tasks.addTriggerTask(runs::add, _ -> Instant.now().plusMillis(5));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "FixedDelay, false", "FixedDelay, true",
        "FixedRate, false", "FixedRate, true",
        "Cron, false", "Cron, true",
        "Configured, false", "Configured, true",
        "Triggered, false", "Triggered, true"
    })
    void everyRunHasAScopeOfItsOwn(String kind, boolean virtual) throws Exception {
        var configuration = Class.forName(SchedulingDeadlineTest.class.getName() + "$" + kind);
        application
                .withUserConfiguration(configuration)
                .withPropertyValues("spring.threads.virtual.enabled=" + virtual)
                .run(context -> {
                    var runs = context.getBean(Runs.class);

                    var first = runs.next().scope().orElseThrow();
                    var second = runs.next().scope().orElseThrow();

                    assertThat(second).isNotSameAs(first);
                    assertThat(second.name()).isEqualTo("scheduled");
                    assertThat(second.deadline().budget()).isEqualTo(Duration.ofSeconds(60));
                    assertThat(second.isPartOf(first)).isFalse();
                });
    }

    @Test
    void withoutDeadlinesThereIsNone() {
        application
                .withUserConfiguration(FixedDelay.class)
                .withPropertyValues("meridian.deadline.enabled=false")
                .run(context -> assertThat(context.getBean(Runs.class).next().scope()).isEmpty());
    }

    static class Slow extends Recording {

        @Bean
        SchedulingConfigurer task(Runs runs) {
            return tasks -> tasks.addFixedDelayTask(
                    () -> {
                        try {
                            assertThat(new CountDownLatch(1).await(60, SECONDS)).isFalse();
                        } catch (InterruptedException _) {
                            runs.add();
                        }
                    },
                    Duration.ofMillis(5));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void runThatTakesTooLongIsInterruptedAndTheNextOneIsNot(boolean virtual) {
        application
                .withUserConfiguration(Slow.class)
                .withPropertyValues(
                        "spring.threads.virtual.enabled=" + virtual, "meridian.deadline.scheduling.budget=100ms")
                .run(context -> {
                    var runs = context.getBean(Runs.class);

                    for (var n = 0; n < 2; n++) {
                        var scope = runs.next().scope().orElseThrow();
                        assertThat(scope.deadline().budget()).isEqualTo(Duration.ofMillis(100));
                        assertThat(scope.deadline().hasPassed())
                                .describedAs("interrupted by its own deadline")
                                .isTrue();
                    }
                });
    }

    static class Throwing extends Recording {

        @Bean
        SchedulingConfigurer task(Runs runs) {
            return tasks -> tasks.addFixedDelayTask(
                    () -> {
                        runs.add();
                        throw new IllegalStateException("on purpose");
                    },
                    Duration.ofMillis(5));
        }
    }

    @Test
    void runThatThrowsIsFollowedByTheNext() {
        application.withUserConfiguration(Throwing.class).run(context -> {
            var runs = context.getBean(Runs.class);
            runs.next();
            assertThat(runs.next().scope()).isPresent();
        });
    }

    static class Qualified extends Recording {

        @Bean
        TaskScheduler usual() {
            return scheduler("usual-");
        }

        @Bean
        TaskScheduler other() {
            return scheduler("other-");
        }

        @Bean
        Object task(Runs runs) {
            return new Object() {
                @Scheduled(fixedDelay = 5, scheduler = "other")
                void run() {
                    runs.add();
                }
            };
        }

        private static TaskScheduler scheduler(String prefix) {
            var scheduler = new ThreadPoolTaskScheduler();
            scheduler.setThreadNamePrefix(prefix);
            return scheduler;
        }
    }

    @Test
    void taskStillRunsOnTheSchedulerThatItNames() {
        application.withUserConfiguration(Qualified.class).run(context -> {
            var run = context.getBean(Runs.class).next();

            assertThat(run.thread()).startsWith("other-");
            assertThat(run.scope()).isPresent();
        });
    }

    static class Listening extends FixedDelay {

        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

        @Bean
        DeadlineListener listener() {
            return new DeadlineListener() {
                @Override
                public void opened(DeadlineScope scope) {
                    heard.add("opened " + scope.name());
                }

                @Override
                public void closed(DeadlineScope scope, Duration granted, Duration used) {
                    heard.add("closed " + scope.name() + " of " + granted + ", over: " + scope.isOver());
                }
            };
        }
    }

    @Test
    void everyRunIsToldOnce() {
        application.withUserConfiguration(Listening.class).run(context -> {
            var heard = context.getBean(Listening.class).heard;
            for (var n = 0; n < 3; n++) {
                assertThat(heard.poll(30, SECONDS)).isEqualTo("opened scheduled");
                assertThat(heard.poll(30, SECONDS)).isEqualTo("closed scheduled of PT1M, over: false");
            }
        });
    }

    @Test
    void whatIsGivenToASchedulerDirectlyCanBeScopedToo() {
        application.withUserConfiguration(Recording.class).run(context -> {
            var runs = context.getBean(Runs.class);
            var task = context.getBean(ScheduledScopes.class).scoped(context.getBean(ScheduledScopes.class).scoped(runs::add));

            context.getBean(TaskScheduler.class).schedule(task, Instant.now());

            var scope = runs.next().scope().orElseThrow();
            assertThat(scope.name()).isEqualTo("scheduled");
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsPutOffDoesNotTakeTheScopeAlong(boolean virtual) {
        application
                .withUserConfiguration(Recording.class)
                .withPropertyValues("spring.threads.virtual.enabled=" + virtual)
                .run(context -> {
                    var runs = context.getBean(Runs.class);
                    var scheduler = context.getBean(TaskScheduler.class);

                    request().run(() -> scheduler.schedule(runs::add, Instant.now()));

                    assertThat(runs.next().scope()).map(DeadlineScope::name).contains("scheduled");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "-1s"})
    void impossibleBudgetIsRefused(String budget) {
        application
                .withPropertyValues("meridian.deadline.scheduling.budget=" + budget)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("meridian.deadline.scheduling.budget must be positive, was PT" + budget.replace("s", "S")));
    }

    static class Background {

        @Async
        public CompletableFuture<Optional<DeadlineScope>> scope() {
            return CompletableFuture.completedFuture(DeadlineScope.current());
        }

        @Async
        public CompletableFuture<Boolean> block(CountDownLatch working) throws InterruptedException {
            working.countDown();
            return CompletableFuture.completedFuture(new CountDownLatch(1).await(60, SECONDS));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class Asynchronous {

        final BlockingQueue<String> decorated = new LinkedBlockingQueue<>();

        @Bean
        Background background() {
            return new Background();
        }

        @Bean
        TaskDecorator another() {
            return task -> () -> {
                decorated.add(DeadlineScope.current().map(DeadlineScope::name).orElse("none"));
                task.run();
            };
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void asynchronousMethodWorksForItsCaller(boolean virtual) {
        application
                .withUserConfiguration(Asynchronous.class)
                .withPropertyValues("spring.threads.virtual.enabled=" + virtual)
                .run(context -> {
                    var background = context.getBean(Background.class);
                    var request = request();

                    assertThat(request.call(background::scope).get(30, SECONDS)).containsSame(request);
                    assertThat(background.scope().get(30, SECONDS)).isEmpty();
                });
    }

    @Test
    void asynchronousMethodIsInterruptedWithItsCaller() {
        application.withUserConfiguration(Asynchronous.class).run(context -> {
            var background = context.getBean(Background.class);
            var request = request();
            var working = new CountDownLatch(1);
            var blocked = request.call(() -> background.block(working));
            assertThat(working.await(30, SECONDS)).isTrue();

            request.cancel();

            assertThat(blocked).failsWithin(Duration.ofSeconds(30)).withThrowableOfType(Exception.class).havingRootCause().isInstanceOf(InterruptedException.class);
        });
    }

    @Test
    void executorsTaskIsCarriedAndOtherDecoratorsWorkInItsScope() {
        application.withUserConfiguration(Asynchronous.class).run(context -> {
            var request = request();
            var executor = context.getBean("applicationTaskExecutor", AsyncTaskExecutor.class);

            var scope = request.call(() -> executor.submit(DeadlineScope::current)).get(30, SECONDS);

            assertThat(scope).containsSame(request);
            assertThat(context.getBean(Asynchronous.class).decorated.poll(30, SECONDS)).isEqualTo("request");
        });
    }

    private static DeadlineScope request() {
        return DeadlineScope.root("request", Deadline.after(Duration.ofMinutes(10)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatAFrameworkHandsToTheSchedulerHasAScopeAsWell(boolean virtual) {
        application
                .withUserConfiguration(Chores.class)
                .withPropertyValues("spring.threads.virtual.enabled=" + virtual)
                .run(context -> {
                    var runs = new Runs();
                    var scheduler = context.getBean(TaskScheduler.class);

                    scheduler.schedule(runs::add, Instant.now());
                    assertThat(runs.next().scope()).map(DeadlineScope::name).contains("scheduled");

                    var repeated = scheduler.scheduleWithFixedDelay(runs::add, Duration.ofMillis(1));
                    assertThat(runs.next().scope()).map(DeadlineScope::name).contains("scheduled");
                    repeated.cancel(true);
                });
    }

    @Configuration(proxyBeanMethods = false)
    @EnableScheduling
    static class Chores {}
}
