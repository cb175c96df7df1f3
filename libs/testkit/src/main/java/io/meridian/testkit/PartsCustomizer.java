package io.meridian.testkit;

import io.meridian.testkit.UsesParts.Part;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Points a context at the parts it uses.
 *
 * <p>Spring shares a context between test classes whose customizers are equal, so this is equal by its parts alone.
 */
record PartsCustomizer(Set<Part> parts) implements ContextCustomizer {

    /** What a test class says inline wins over us, we win over what the service says. */
    private static final String INLINED = "Inlined Test Properties";

    @Override
    public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
        Parts.startTogether(parts);
        var properties = new LinkedHashMap<String, Object>();
        properties.put("server.port", "0");
        properties.put("management.server.port", "0");
        properties.put("spring.grpc.server.port", "0");
        for (var part : parts) {
            switch (part) {
                case POSTGRES -> usePostgres(context, properties);
                case KAFKA -> useKafka(properties);
                case REDIS -> useRedis(properties);
            }
        }
        var source = new MapPropertySource("meridian parts", properties);
        var sources = context.getEnvironment().getPropertySources();
        if (sources.contains(INLINED)) {
            sources.addAfter(INLINED, source);
        } else {
            sources.addFirst(source);
        }
    }

    private static void usePostgres(ConfigurableApplicationContext context, Map<String, Object> properties) {
        var postgres = Parts.postgres();
        var database = postgres.freshDatabase();
        properties.put("MERIDIAN_POSTGRES", postgres.host() + ":" + postgres.port());
        properties.put("MERIDIAN_DB_PASSWORD", database.password());
        properties.put("spring.datasource.url", database.jdbcUrl());
        properties.put("spring.datasource.username", database.username());
        properties.put("spring.datasource.password", database.password());
        // Slots are named in the whole server, and contexts of one service share it.
        properties.put("meridian.outbox.slot", database.name() + "_outbox");
        // Registered before every bean, so destroyed after the last that may use the database.
        var beans = (DefaultSingletonBeanRegistry) context.getBeanFactory();
        beans.registerDisposableBean("meridianTestDatabase", () -> postgres.drop(database));
    }

    private static void useKafka(Map<String, Object> properties) {
        var address = Parts.kafka().bootstrapServers();
        properties.put("MERIDIAN_KAFKA", address);
        properties.put("spring.kafka.bootstrap-servers", address);
    }

    private static void useRedis(Map<String, Object> properties) {
        var redis = Parts.redis();
        properties.put("MERIDIAN_REDIS_HOST", redis.host());
        properties.put("MERIDIAN_REDIS_PORT", Integer.toString(redis.port()));
        properties.put("spring.data.redis.host", redis.host());
        properties.put("spring.data.redis.port", Integer.toString(redis.port()));
    }
}
