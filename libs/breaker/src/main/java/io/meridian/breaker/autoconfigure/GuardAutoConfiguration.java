package io.meridian.breaker.autoconfigure;

import io.meridian.breaker.Breakers;
import io.meridian.breaker.Faults;
import io.meridian.breaker.Guard;
import io.meridian.breaker.RemainingTime;
import io.meridian.breaker.spring.GuardedMethods;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Breakers before methods of beans, by annotation or by hand. */
@AutoConfiguration(after = BreakerAutoConfiguration.class)
@ConditionalOnBean(Breakers.class)
public class GuardAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    Guard guard(Breakers breakers, ObjectProvider<RemainingTime> remaining, ObjectProvider<Faults> faults) {
        return new Guard(
                breakers,
                remaining.getIfAvailable(() -> RemainingTime.UNKNOWN),
                Faults.of(faults.orderedStream().toList()));
    }

    /** The guard is asked for at the first call: what a post-processor needs when it is made is never processed itself. */
    @Bean
    static GuardedMethods guardedMethods(ObjectProvider<Guard> guard, Environment environment) {
        var guarded = new GuardedMethods(guard::getObject);
        guarded.setProxyTargetClass(environment.getProperty("spring.aop.proxy-target-class", Boolean.class, true));
        return guarded;
    }
}
