package io.meridian.observability.autoconfigure;

import io.meridian.observability.CacheMeter;
import io.meridian.observability.CacheMeter.CacheTag;
import io.meridian.observability.CountedCache;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Publishes what the caches of a service count; {@link CacheMeter} has the names. */
@AutoConfiguration
@ConditionalOnClass(MeterRegistry.class)
public final class CacheMetricsAutoConfiguration {

    @Bean
    MeterBinder cacheMetrics(ObjectProvider<CountedCache> caches) {
        return meters -> caches.orderedStream().forEach(cache -> {
            count(meters, cache, "hit", CountedCache::hits);
            count(meters, cache, "miss", CountedCache::misses);
            count(meters, cache, "unreachable", CountedCache::unreachable);
        });
    }

    private static void count(
            MeterRegistry meters, CountedCache cache, String result, ToDoubleFunction<CountedCache> value) {
        FunctionCounter.builder(CacheMeter.READS.getName(), cache, value)
                .tag(CacheTag.CACHE.asString(), cache.name())
                .tag(CacheTag.RESULT.asString(), result)
                .register(meters);
    }
}
