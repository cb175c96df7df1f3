package io.meridian.deadline.autoconfigure;

import io.meridian.deadline.DeadlineListeners;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.jdbc.DeadlineDataSource;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Deadlines on database connections: every data source becomes a {@link DeadlineDataSource}. It is injected as a {@link DataSource};
 * the pool itself is its {@code unwrap(HikariDataSource.class)}.
 */
@AutoConfiguration(after = DeadlineAutoConfiguration.class)
@ConditionalOnClass({DelegatingDataSource.class, PGConnection.class})
@ConditionalOnProperty(
        name = {"meridian.deadline.enabled", "meridian.deadline.jdbc.enabled"},
        matchIfMissing = true)
@EnableConfigurationProperties(JdbcDeadlineProperties.class)
public class JdbcDeadlineAutoConfiguration {

    /** Static, and asks for the others late: it is there before every other bean. */
    @Bean
    static DeadlineDataSources deadlineDataSources(
            ObjectProvider<JdbcDeadlineProperties> properties,
            ObjectProvider<DeadlineListeners> listeners,
            ObjectProvider<MissingDeadline> missing) {
        return new DeadlineDataSources(properties, listeners, missing);
    }
}
