package io.meridian.deadline.autoconfigure;

import io.meridian.deadline.DeadlineListeners;
import io.meridian.deadline.MissingDeadline;
import io.meridian.deadline.jdbc.DeadlineDataSource;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/**
 * Puts a {@link DeadlineDataSource} around each data source; not around one that passes on what another one gives, whose target keeps the
 * deadlines.
 */
record DeadlineDataSources(
        ObjectProvider<JdbcDeadlineProperties> properties,
        ObjectProvider<DeadlineListeners> listeners,
        ObjectProvider<MissingDeadline> missing)
        implements BeanPostProcessor {

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof DataSource source && !keepsDeadlines(source) ? keeping(source) : bean;
    }

    private DeadlineDataSource keeping(DataSource source) {
        return new DeadlineDataSource(
                source,
                properties.getObject().settings(),
                listeners.getObject().all(),
                missing.getObject());
    }

    private static boolean keepsDeadlines(DataSource source) {
        if (source instanceof AbstractRoutingDataSource) {
            return true;
        }
        try {
            return source.isWrapperFor(DeadlineDataSource.class);
        } catch (SQLException _) {
            return false;
        }
    }
}
