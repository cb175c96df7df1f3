package io.meridian.deadline.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.zaxxer.hikari.HikariDataSource;
import io.meridian.deadline.Deadline;
import io.meridian.deadline.DeadlineListener;
import io.meridian.deadline.DeadlineScope;
import io.meridian.deadline.Ending;
import io.meridian.deadline.Stage;
import io.meridian.deadline.jdbc.DeadlineDataSource;
import io.meridian.testkit.Database;
import io.meridian.testkit.Parts;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.health.DataSourceHealthContributorAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.metrics.DataSourcePoolMetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** A service that brings Spring Boot's JDBC and this starter, and nothing else. */
class JdbcDeadlineAutoConfigurationIT {

    private static final Duration AWHILE = Duration.ofMinutes(5);
    private static final Duration BUDGET = Duration.ofMillis(400);

    private static Database database;
    private static ApplicationContextRunner service;

    @BeforeAll
    static void open() {
        database = Parts.postgres().freshDatabase();
        service = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        DataSourceAutoConfiguration.class,
                        DataSourceTransactionManagerAutoConfiguration.class,
                        TransactionManagerCustomizationAutoConfiguration.class,
                        TransactionAutoConfiguration.class,
                        JdbcTemplateAutoConfiguration.class,
                        JdbcClientAutoConfiguration.class,
                        DataSourceHealthContributorAutoConfiguration.class,
                        MetricsAutoConfiguration.class,
                        SimpleMetricsExportAutoConfiguration.class,
                        CompositeMeterRegistryAutoConfiguration.class,
                        DataSourcePoolMetricsAutoConfiguration.class,
                        DeadlineAutoConfiguration.class,
                        JdbcDeadlineAutoConfiguration.class))
                .withUserConfiguration(Listening.class)
                .withPropertyValues(
                        "spring.datasource.url=" + database.jdbcUrl(),
                        "spring.datasource.username=" + database.username(),
                        "spring.datasource.password=" + database.password(),
                        "spring.datasource.hikari.maximum-pool-size=3");
    }

    @AfterAll
    static void close() {
        Parts.postgres().drop(database);
    }

    @Test
    void whatBootDoesWithAPoolGoesOnWorking() {
        service.run(context -> {
            var source = context.getBean(DataSource.class);
            var pool = source.unwrap(HikariDataSource.class);
            var client = context.getBean(JdbcClient.class);

            assertThat(client.sql("SELECT 1").query(Integer.class).single()).isEqualTo(1);
            assertThat(source).isInstanceOf(DeadlineDataSource.class);
            assertThat(DataSourceUnwrapper.unwrap(source, HikariDataSource.class)).isSameAs(pool);
            assertThat(context.getBean(JdbcConnectionDetails.class).getJdbcUrl()).isEqualTo(database.jdbcUrl());
            assertThat(context.getBean(MeterRegistry.class).get("hikaricp.connections.max").gauge().value())
                    .isEqualTo(3);
            assertThat(context.getBean(MeterRegistry.class).get("jdbc.connections.max").gauge().value())
                    .isEqualTo(3);
            assertThat(context.getBean(HealthIndicator.class).health())
                    .isNotNull()
                    .extracting(Health::getStatus)
                    .isEqualTo(Status.UP);
            try (var connection = source.getConnection()) {
                assertThat(connection.unwrap(PGConnection.class).getBackendPID()).isPositive();
            }
        });
    }

    @Test
    void poolIsClosedWithTheContext() {
        var pool = new HikariDataSource[1];
        service.run(context -> pool[0] = context.getBean(DataSource.class).unwrap(HikariDataSource.class));

        assertThat(pool[0].isClosed()).isTrue();
    }

    @Test
    void deadlineIsSpringsQueryTimeout() {
        service.run(context -> {
            var client = context.getBean(JdbcClient.class);
            var transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
            client.sql("SELECT 1").query(Integer.class).single();

            for (var bracketed : List.of(true, false)) {
                var failure = scope(BUDGET).call(() -> catchThrowable(() -> {
                    if (bracketed) {
                        transaction.executeWithoutResult(_ -> sleep(client));
                    } else {
                        sleep(client);
                    }
                }));
                assertThat(failure).isInstanceOf(QueryTimeoutException.class).hasCauseInstanceOf(SQLTimeoutException.class);
            }
            assertThat(context.getBean(Listening.class).told)
                    .containsExactly("stopped STATEMENT EXPIRED", "stopped STATEMENT EXPIRED");
        });
    }

    @Test
    void transactionThatEndsTooLateAppliesNothing() {
        service.run(context -> {
            var client = context.getBean(JdbcClient.class);
            var transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
            client.sql("CREATE TABLE late (id INT)").update();
            var scope = scope(AWHILE);

            var failure = scope.call(() -> catchThrowable(() -> transaction.executeWithoutResult(_ -> {
                client.sql("INSERT INTO late VALUES (1)").update();
                scope.cancel();
            })));

            assertThat(failure).isNotNull().hasRootCauseMessage("the caller is gone: a transaction was rolled back instead of committed");
            assertThat(client.sql("SELECT count(*) FROM late").query(Long.class).single()).isZero();
            assertThat(client.sql("SHOW statement_timeout").query(String.class).single()).isEqualTo("0");
        });
    }

    @Test
    void nestedTransactionsBatchesAndKeysWorkInsideAScope() {
        service.run(context -> {
            var jdbc = context.getBean(JdbcTemplate.class);
            var client = context.getBean(JdbcClient.class);
            var manager = context.getBean(PlatformTransactionManager.class);
            var outer = new TransactionTemplate(manager);
            var nested = propagating(manager, TransactionDefinition.PROPAGATION_NESTED);
            var apart = propagating(manager, TransactionDefinition.PROPAGATION_REQUIRES_NEW);
            jdbc.execute("CREATE TABLE notes (id INT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text TEXT UNIQUE)");

            scope(AWHILE).run(() -> {
                outer.executeWithoutResult(_ -> {
                    note(client, "outer");
                    assertThatThrownBy(() -> nested.executeWithoutResult(_ -> {
                                note(client, "lost");
                                note(client, "outer");
                            }))
                            .isInstanceOf(DuplicateKeyException.class);
                    nested.executeWithoutResult(_ -> note(client, "nested"));
                    apart.executeWithoutResult(_ -> note(client, "apart"));
                    var counts = jdbc.batchUpdate(
                            "INSERT INTO notes (text) VALUES (?)", List.of(new Object[] {"b1"}, new Object[] {"b2"}));
                    assertThat(counts).containsExactly(1, 1);
                    var keys = new GeneratedKeyHolder();
                    client.sql("INSERT INTO notes (text) VALUES ('key')").update(keys, "id");
                    assertThat(keys.getKey()).isNotNull();
                    assertThat(client.sql("INSERT INTO notes (text) VALUES (:text) RETURNING text")
                                    .param("text", "returned")
                                    .query(String.class)
                                    .single())
                            .isEqualTo("returned");
                });
                assertThat(jdbc.queryForList("SELECT text FROM notes ORDER BY text", String.class))
                        .containsExactly("apart", "b1", "b2", "key", "nested", "outer", "returned");
            });
        });
    }

    @Test
    void sourceThatPassesAnotherOnIsLeftAlone() {
        service.withUserConfiguration(Several.class).run(context -> {
            assertThat(context.getBean("pool")).isInstanceOf(DeadlineDataSource.class);
            assertThat(context.getBean("lazy")).isExactlyInstanceOf(LazyConnectionDataSourceProxy.class);
            assertThat(context.getBean("routing")).isNotInstanceOf(DeadlineDataSource.class);
            var client = JdbcClient.create(context.getBean("lazy", DataSource.class));
            client.sql("SELECT 1").query(Integer.class).single();

            var failure = scope(BUDGET).call(() -> catchThrowable(() -> sleep(client)));

            assertThat(failure).isInstanceOf(QueryTimeoutException.class);
        });
    }

    @Test
    void switchedOffOrWithoutTheDriverItIsAbsent() {
        for (var off : List.of("meridian.deadline.enabled=false", "meridian.deadline.jdbc.enabled=false")) {
            service.withPropertyValues(off).run(context -> assertThat(context.getBean(DataSource.class)).isInstanceOf(HikariDataSource.class));
        }
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        DeadlineAutoConfiguration.class, JdbcDeadlineAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader("org.postgresql"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(DeadlineDataSources.class));
    }

    @Test
    void valueOutsideItsRangeIsNamed() {
        for (var wrong : Map.of("slack", "2s", "patience", "0ms").entrySet()) {
            service.withPropertyValues("meridian.deadline.jdbc." + wrong.getKey() + "=" + wrong.getValue())
                    .run(context -> assertThat(context)
                            .getFailure()
                            .rootCause()
                            .hasMessageContaining("meridian.deadline.jdbc." + wrong.getKey() + " must be in"));
        }
    }

    private static TransactionTemplate propagating(PlatformTransactionManager manager, int propagation) {
        var template = new TransactionTemplate(manager);
        template.setPropagationBehavior(propagation);
        return template;
    }

    private static void note(JdbcClient client, String text) {
        client.sql("INSERT INTO notes (text) VALUES (:text)").param("text", text).update();
    }

    private static void sleep(JdbcClient client) {
        client.sql("SELECT pg_sleep(60)::TEXT").query(String.class).single();
    }

    private static DeadlineScope scope(Duration budget) {
        return DeadlineScope.root("test", Deadline.after(budget));
    }

    @Configuration(proxyBeanMethods = false)
    static class Listening implements DeadlineListener {

        final List<String> told = new CopyOnWriteArrayList<>();

        @Override
        public void stopped(Stage stage, Ending ending) {
            told.add("stopped " + stage + " " + ending);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Several {

        @Bean
        HikariDataSource pool() {
            var pool = new HikariDataSource();
            pool.setJdbcUrl(database.jdbcUrl());
            pool.setUsername(database.username());
            pool.setPassword(database.password());
            pool.setMaximumPoolSize(2);
            return pool;
        }

        @Bean
        @Primary
        DataSource lazy(@Qualifier("pool") DataSource pool) {
            return new LazyConnectionDataSourceProxy(pool);
        }

        @Bean
        DataSource routing(@Qualifier("pool") DataSource pool) {
            var routing = new AbstractRoutingDataSource() {
                @Override
                protected Object determineCurrentLookupKey() {
                    return "any";
                }
            };
            routing.setTargetDataSources(Map.of("any", pool));
            return routing;
        }
    }
}
