package io.meridian.inventory;

import io.meridian.breaker.Guard;
import io.meridian.deadline.DeadlineScope;
import io.meridian.outbox.Background;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.resource.Delay;
import io.meridian.inventory.catalogue.Products;
import io.meridian.inventory.catalogue.ViewCatalogue;
import io.meridian.inventory.clock.ExpirySweep;
import io.meridian.inventory.events.OutboxStockNews;
import io.meridian.inventory.events.Topics;
import io.meridian.inventory.holding.ExpireHolds;
import io.meridian.inventory.holding.HoldStock;
import io.meridian.inventory.holding.Holds;
import io.meridian.inventory.holding.ReleaseStock;
import io.meridian.inventory.holding.SellStock;
import io.meridian.inventory.holding.StockNews;
import io.meridian.inventory.holding.TakeBackStock;
import io.meridian.inventory.model.Move;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.Sku;
import io.meridian.inventory.redis.RedisProductCache;
import io.meridian.inventory.store.JdbcHoldPages;
import io.meridian.inventory.store.JdbcHolds;
import io.meridian.inventory.store.JdbcProducts;
import io.meridian.inventory.store.JdbcTransaction;
import io.meridian.inventory.store.WalStockLog;
import io.meridian.inventory.watching.WatchStock;
import io.meridian.observability.CountedCache;
import io.meridian.observability.CountedStaleEpochs;
import io.meridian.outbox.jdbc.Outbox;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.transaction.PlatformTransactionManager;

/** Who gets what from whom: the use cases know only their ports, and this is where the ports meet PostgreSQL, Kafka and Redis. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({InventorySettings.class, WatchingSettings.class})
@EnableScheduling
class InventoryWiring {

    /** Lettuce's own delay grows to half a minute, in which a Redis that is back would go unnoticed. */
    private static final Duration RECONNECT_DELAY = Duration.ofMillis(250);

    private static final Duration BACKGROUND = Duration.ofMinutes(1);

    @Bean
    Background background() {
        return (name, work) -> DeadlineScope.detached(name, BACKGROUND, () -> {
            work.run();
            return true;
        });
    }

    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }

    @Bean
    JdbcHolds holds(JdbcClient jdbc, RedisProductCache cache) {
        return new JdbcHolds(jdbc, cache::put);
    }

    @Bean
    JdbcHoldPages holdPages(JdbcClient jdbc) {
        return new JdbcHoldPages(jdbc);
    }

    @Bean
    JdbcProducts products(JdbcClient jdbc) {
        return new JdbcProducts(jdbc);
    }

    @Bean
    RedisProductCache productCache(StringRedisTemplate redis, ObjectProvider<Guard> guard, InventorySettings settings) {
        return new RedisProductCache(
                redis,
                Optional.ofNullable(guard.getIfAvailable()),
                System::nanoTime,
                settings.cacheFor(),
                settings.cachePause(),
                task -> Thread.ofVirtual().name("product-cache").start(task));
    }

    @Bean
    CountedCache countedProducts(RedisProductCache cache) {
        return new CountedProducts(cache);
    }

    @Bean
    WatchStock watchStock(JdbcConnectionDetails database, WatchingSettings settings) {
        var log = new WalStockLog(
                database.getJdbcUrl(), database.getUsername(), database.getPassword(), System::nanoTime);
        return new WatchStock(log, settings.settings(), System::nanoTime);
    }

    @Bean
    WatchedStock watchedStock(WatchStock watchStock) {
        return new WatchedStock(watchStock);
    }

    @Bean
    StockNews stockNews(Outbox outbox) {
        return new OutboxStockNews(outbox);
    }

    @Bean
    KafkaAdmin.NewTopics topics() {
        return Topics.declared();
    }

    @Bean
    HoldStock holdStock(Holds holds, InstantSource clock, InventorySettings settings) {
        return new HoldStock(holds, clock, settings.holdFor());
    }

    @Bean
    ReleaseStock releaseStock(Holds holds, InstantSource clock) {
        return new ReleaseStock(holds, clock);
    }

    @Bean
    CountedStaleEpochs countedHolds(HoldStock holdStock) {
        return CountedStaleEpochs.of("holds", holdStock::overtaken);
    }

    @Bean
    CountedStaleEpochs countedReleases(ReleaseStock releaseStock) {
        return CountedStaleEpochs.of("releases", releaseStock::overtaken);
    }

    @Bean
    SellStock sellStock(Holds holds, StockNews news, InstantSource clock) {
        return new SellStock(holds, news, clock);
    }

    @Bean
    TakeBackStock takeBackStock(Holds holds, StockNews news, InstantSource clock) {
        return new TakeBackStock(holds, news, clock);
    }

    @Bean
    ExpireHolds expireHolds(
            Holds holds, StockNews news, PlatformTransactionManager transactions, InstantSource clock) {
        return new ExpireHolds(holds, news, new JdbcTransaction(transactions), clock);
    }

    @Bean
    ViewCatalogue viewCatalogue(Products products, RedisProductCache cache) {
        return new ViewCatalogue(products, cache);
    }

    @Bean
    ExpirySweep expirySweep(ExpireHolds expireHolds, InventorySettings settings) {
        return new ExpirySweep(expireHolds, settings.sweepBatch());
    }

    /** Asks what nobody asked, so that the first order need not wait for connections, plans and classes; changes nothing. */
    @Bean
    ApplicationRunner warmUp(ViewCatalogue catalogue, Holds holds, InstantSource clock) {
        return _ -> {
            catalogue.product(new Sku("SKU-0001"));
            holds.move(new OrderId(UUID.randomUUID()), Move.RELEASE, clock.instant());
        };
    }

    @Bean
    SchedulingConfigurer sweeping(ExpirySweep sweep, InventorySettings settings) {
        return tasks -> tasks.addFixedDelayTask(sweep::run, settings.sweepEvery());
    }

    /** A lost connection refuses at once, instead of keeping questions until nobody wants the answer any more. */
    @Bean
    LettuceClientOptionsBuilderCustomizer refusesWhileDisconnected() {
        return options -> options.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS);
    }

    @Bean
    ClientResourcesBuilderCustomizer reconnectsSoon() {
        return resources -> resources.reconnectDelay(Delay.constant(RECONNECT_DELAY));
    }

    /** What the cache counts, under the name it is published by. */
    private record CountedProducts(RedisProductCache cache) implements CountedCache {

        @Override
        public String name() {
            return "products";
        }

        @Override
        public long hits() {
            return cache.counts().hits();
        }

        @Override
        public long misses() {
            return cache.counts().misses();
        }

        @Override
        public long unreachable() {
            return cache.counts().unreachable();
        }
    }
}
