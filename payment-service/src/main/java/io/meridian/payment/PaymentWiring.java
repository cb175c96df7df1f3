package io.meridian.payment;

import io.meridian.deadline.DeadlineScope;
import io.meridian.outbox.Background;
import java.time.Duration;
import com.zaxxer.hikari.HikariDataSource;
import io.meridian.outbox.jdbc.Outbox;
import io.meridian.observability.CountedReplays;
import io.meridian.observability.CountedStaleEpochs;
import io.meridian.payment.authorising.Announcements;
import io.meridian.payment.authorising.Authorise;
import io.meridian.payment.authorising.Backlog;
import io.meridian.payment.authorising.Capture;
import io.meridian.payment.authorising.FinishOverdue;
import io.meridian.payment.authorising.Means;
import io.meridian.payment.authorising.Payments;
import io.meridian.payment.authorising.Provider;
import io.meridian.payment.authorising.Undo;
import io.meridian.payment.clock.OverdueSweep;
import io.meridian.payment.events.OutboxAnnouncements;
import io.meridian.payment.events.Topics;
import io.meridian.payment.http.UnfinishedEndpoint;
import io.meridian.payment.provider.BoundedProvider;
import io.meridian.payment.provider.SimulatedProvider;
import io.meridian.payment.store.JdbcPaymentPages;
import io.meridian.payment.store.JdbcPayments;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Who gets what from whom: the use cases know only their ports, and this is where the ports meet PostgreSQL, Kafka and the provider. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PaymentSettings.class)
@EnableScheduling
class PaymentWiring {

    /** The ledger of the simulated provider is asked briefly and seldom by more callers than this at a time. */
    private static final int LEDGER_CONNECTIONS = 6;

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
    Announcements announcements(Outbox outbox) {
        return new OutboxAnnouncements(outbox);
    }

    @Bean
    JdbcPayments payments(JdbcClient jdbc, PlatformTransactionManager transactions, Announcements announcements) {
        return new JdbcPayments(jdbc, new TransactionTemplate(transactions), announcements);
    }

    @Bean
    JdbcPaymentPages paymentPages(JdbcClient jdbc) {
        return new JdbcPaymentPages(jdbc);
    }

    /** Connections of the provider's own, so that what it did stays done whatever becomes of our transactions. */
    @Bean(defaultCandidate = false)
    @Qualifier("ledger")
    HikariDataSource ledger(JdbcConnectionDetails database) {
        var ledger = new HikariDataSource();
        ledger.setPoolName("provider-ledger");
        ledger.setJdbcUrl(database.getJdbcUrl());
        ledger.setUsername(database.getUsername());
        ledger.setPassword(database.getPassword());
        ledger.setMaximumPoolSize(LEDGER_CONNECTIONS);
        ledger.setMinimumIdle(0);
        return ledger;
    }

    @Bean
    BoundedProvider provider(@Qualifier("ledger") DataSource ledger, PaymentSettings settings) {
        var simulated = new SimulatedProvider(
                JdbcClient.create(ledger), new TransactionTemplate(new JdbcTransactionManager(ledger)));
        return new BoundedProvider(simulated, settings.providerTimeout(), settings.providerCalls());
    }

    @Bean
    Means means(Payments payments, Provider provider, PaymentSettings settings, InstantSource clock) {
        return new Means(payments, provider, new LoggedDecisions(), settings.patience(), clock);
    }

    @Bean
    Authorise authorise(Means means) {
        return new Authorise(means);
    }

    @Bean
    CountedReplays countedAuthorisations(Authorise authorise) {
        return new CountedAuthorisations(authorise);
    }

    @Bean
    Capture capture(Means means) {
        return new Capture(means);
    }

    @Bean
    Undo undo(Means means) {
        return new Undo(means);
    }

    @Bean
    CountedStaleEpochs countedStaleAuthorisations(Authorise authorise) {
        return CountedStaleEpochs.of("authorisations", authorise::overtaken);
    }

    @Bean
    CountedStaleEpochs countedStaleVoids(Undo undo) {
        return CountedStaleEpochs.of("voids", undo::overtaken);
    }

    @Bean
    FinishOverdue finishOverdue(Means means, Undo undo) {
        return new FinishOverdue(means, undo, Executors::newVirtualThreadPerTaskExecutor);
    }

    @Bean
    OverdueSweep overdueSweep(FinishOverdue finishOverdue, PaymentSettings settings) {
        return new OverdueSweep(finishOverdue, settings.sweepBatch());
    }

    /** The name is that of the component in the service's health. */
    @Bean
    LookAfter unfinishedPayments(Backlog backlog, PaymentSettings settings, InstantSource clock) {
        return new LookAfter(backlog, settings.stuckAfter(), clock);
    }

    @Bean
    UnfinishedEndpoint unfinishedEndpoint(Backlog backlog, PaymentSettings settings, InstantSource clock) {
        return new UnfinishedEndpoint(backlog, settings.stuckAfter(), clock);
    }

    @Bean
    SchedulingConfigurer sweeping(OverdueSweep sweep, LookAfter unfinishedPayments, PaymentSettings settings) {
        return tasks -> {
            tasks.addFixedDelayTask(sweep::run, settings.sweepEvery());
            // At a rate: tasks with a delay share a thread, and whoever tells that the sweep hangs must not wait for it.
            tasks.addFixedRateTask(
                    () -> DeadlineScope.detached("unfinished-payments", BACKGROUND, () -> {
                        unfinishedPayments.look();
                        return true;
                    }),
                    settings.lookEvery());
        };
    }

    @Bean
    KafkaAdmin.NewTopics topics() {
        return Topics.declared();
    }

    /** What authorising counts, under the name it is published by. */
    private record CountedAuthorisations(Authorise authorise) implements CountedReplays {

        @Override
        public String name() {
            return "authorisations";
        }

        @Override
        public long replays() {
            return authorise.replays();
        }
    }
}
