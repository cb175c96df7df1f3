package io.meridian.breaker.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.meridian.breaker.Breakers;
import io.meridian.breaker.CallRejectedException;
import io.meridian.breaker.FakeBreaker;
import io.meridian.breaker.Outcome;
import io.meridian.breaker.Rejection;
import io.meridian.breaker.RemainingTime;
import io.meridian.breaker.autoconfigure.GuardAutoConfiguration;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Mono;

class GuardedMethodsTest {

    private final FakeBreaker.All breakers = new FakeBreaker.All();
    private final ApplicationContextRunner context = new ApplicationContextRunner()
            .withBean(Breakers.class, () -> breakers)
            .withBean(RemainingTime.class, () -> () -> 5_000)
            .withConfiguration(AutoConfigurations.of(GuardAutoConfiguration.class));

    @Test
    void annotatedMethodAsksItsBreakerWithWhatIsLeft() {
        context.withBean(Prices.class).run(started -> {
            var prices = started.getBean(Prices.class);

            assertThat(prices.of("SKU-0001")).isEqualTo(8);
            assertThatIllegalArgumentException().isThrownBy(() -> prices.of("broken"));
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> prices.of("unknown"));

            assertThat(breakers.named("prices").asked).containsExactly(5_000L, 5_000L, 5_000L);
            assertThat(breakers.named("prices").ended)
                    .containsExactly(Outcome.SUCCEEDED, Outcome.FAILED, Outcome.SUCCEEDED);
        });
    }

    @Test
    void refusedMethodIsNotRun() {
        context.withBean(Prices.class).run(started -> {
            breakers.named("prices").refusing = Rejection.OPEN;

            assertThatExceptionOfType(CallRejectedException.class)
                    .isThrownBy(() -> started.getBean(Prices.class).of("broken"));
        });
    }

    @Test
    void methodThatIsNotAnnotatedIsLeftAlone() {
        context.withBean(Prices.class).withBean(Plain.class).run(started -> {
            assertThat(started.getBean(Prices.class).currency()).isEqualTo("EUR");
            assertThat(AopUtils.isAopProxy(started.getBean(Plain.class))).isFalse();
            assertThat(breakers.names()).isEmpty();
        });
    }

    @Test
    void annotationOfATypeMeansItsPublicMethodsAndThatOfAMethodSaysMore() {
        context.withBean(Bank.class).run(started -> {
            var bank = started.getBean(Bank.class);

            bank.balance();
            bank.pay();

            assertThat(bank.toString()).isNotEmpty();
            assertThat(breakers.names()).containsExactly("bank", "payments");
        });
    }

    @Test
    void stageIsUnderWayUntilItCompletes() {
        context.withBean(Prices.class).run(started -> {
            var later = new CompletableFuture<Integer>();
            started.getBean(Prices.class).later(later);

            assertThat(breakers.named("prices").inFlight()).isOne();
            later.completeExceptionally(new IllegalStateException("broken"));

            assertThat(breakers.named("prices").ended).containsExactly(Outcome.FAILED);
        });
    }

    @Test
    void breakerIsAskedBeforeOtherAdvice() {
        context.withBean(Prices.class, () -> {
                    var factory = new ProxyFactory(new Prices());
                    factory.setProxyTargetClass(true);
                    factory.addAdvice((MethodInterceptor) _ -> {
                        throw new AssertionError("begun");
                    });
                    return (Prices) factory.getProxy();
                })
                .run(started -> {
                    breakers.named("prices").refusing = Rejection.OPEN;

                    assertThatExceptionOfType(CallRejectedException.class)
                            .isThrownBy(() -> started.getBean(Prices.class).of("SKU-0001"));
                });
    }

    @Test
    void beanWithAReactiveMethodIsRefusedAndSaysWhy() {
        context.withBean(Reactive.class).run(started -> assertThat(started.getStartupFailure())
                .rootCause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("price", "Mono", "take the annotation away"));
    }

    @Test
    void nothingIsGuardedWhereThereAreNoBreakers() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(GuardAutoConfiguration.class))
                .withBean(Prices.class)
                .run(started -> assertThat(started.getBean(Prices.class).of("SKU-0001")).isEqualTo(8));
    }

    static class Prices {

        @Guarded(value = "prices", answers = NoSuchElementException.class)
        public int of(String sku) {
            return switch (sku) {
                case "broken" -> throw new IllegalArgumentException(sku);
                case "unknown" -> throw new NoSuchElementException(sku);
                default -> sku.length();
            };
        }

        @Guarded("prices")
        public CompletionStage<Integer> later(CompletionStage<Integer> price) {
            return price;
        }

        public String currency() {
            return "EUR";
        }
    }

    @Guarded("bank")
    static class Bank {

        public int balance() {
            return 0;
        }

        @Guarded("payments")
        public void pay() {}
    }

    static class Plain {

        public int one() {
            return 1;
        }
    }

    static class Reactive {

        @Guarded("prices")
        public Mono<Integer> price() {
            return Mono.just(1);
        }
    }
}
