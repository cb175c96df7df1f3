package io.meridian.testkit;

import static io.meridian.testkit.UsesParts.Part.KAFKA;
import static io.meridian.testkit.UsesParts.Part.POSTGRES;
import static io.meridian.testkit.UsesParts.Part.REDIS;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestContextManager;

class UsesPartsIT {

    @Test
    void contextIsPointedAtTheNamedPartsAndRandomPorts() throws Exception {
        var environment = environmentOf(UsesAll.class);

        assertThat(environment.getProperty("server.port")).isEqualTo("0");
        assertThat(environment.getProperty("management.server.port")).isEqualTo("0");
        assertThat(environment.getProperty("spring.grpc.server.port")).isEqualTo("0");
        assertThat(environment.getProperty("spring.kafka.bootstrap-servers")).isEqualTo(Parts.kafka().bootstrapServers());
        assertThat(environment.getProperty("spring.data.redis.port", int.class)).isEqualTo(Parts.redis().port());
        assertThat(environment.getProperty("MERIDIAN_POSTGRES")).isEqualTo(Parts.postgres().host() + ":" + Parts.postgres().port());
        connect(environment);
    }

    @Test
    void classesWithTheSamePartsShareTheirContextAndDatabase() throws Exception {
        assertThat(url(environmentOf(UsesPostgres.class))).isEqualTo(url(environmentOf(UsesPostgresToo.class)));
    }

    @Test
    void otherContextHasAnotherDatabase() throws Exception {
        assertThat(url(environmentOf(UsesPostgres.class))).isNotEqualTo(url(environmentOf(UsesAll.class)));
    }

    @Test
    void closedContextLeavesNoDatabase() throws Exception {
        var manager = new TestContextManager(UsesPostgresBriefly.class);
        var environment = manager.getTestContext().getApplicationContext().getEnvironment();
        assertThat(names()).contains(environment.getProperty("spring.datasource.username"));

        manager.getTestContext().markApplicationContextDirty(null);

        assertThat(names()).doesNotContain(environment.getProperty("spring.datasource.username"));
    }

    @Test
    void classThatUsesNoPartsIsLeftAlone() throws Exception {
        assertThat(environmentOf(UsesNone.class).getProperty("spring.datasource.url")).isNull();
    }

    private static List<String> names() throws SQLException {
        var witness = Parts.postgres().freshDatabase();
        try (var connection = DriverManager.getConnection(witness.jdbcUrl(), witness.username(), witness.password());
                var rows = connection.createStatement().executeQuery("SELECT datname FROM pg_database")) {
            var names = new ArrayList<String>();
            while (rows.next()) {
                names.add(rows.getString(1));
            }
            return names;
        } finally {
            Parts.postgres().drop(witness);
        }
    }

    private static Environment environmentOf(Class<?> testClass) {
        return new TestContextManager(testClass).getTestContext().getApplicationContext().getEnvironment();
    }

    private static String url(Environment environment) {
        return environment.getRequiredProperty("spring.datasource.url");
    }

    private static void connect(Environment environment) throws SQLException {
        DriverManager.getConnection(
                        url(environment),
                        environment.getRequiredProperty("spring.datasource.username"),
                        environment.getRequiredProperty("spring.datasource.password"))
                .close();
    }

    @Configuration(proxyBeanMethods = false)
    static class Nothing {}

    @Configuration(proxyBeanMethods = false)
    static class NothingElse {}

    @UsesParts({POSTGRES, KAFKA, REDIS})
    @ContextConfiguration(classes = Nothing.class)
    static class UsesAll {}

    @UsesParts(POSTGRES)
    @ContextConfiguration(classes = Nothing.class)
    static class UsesPostgres {}

    @UsesParts(POSTGRES)
    @ContextConfiguration(classes = Nothing.class)
    static class UsesPostgresToo {}

    @UsesParts(POSTGRES)
    @ContextConfiguration(classes = NothingElse.class)
    static class UsesPostgresBriefly {}

    @ContextConfiguration(classes = Nothing.class)
    static class UsesNone {}
}
