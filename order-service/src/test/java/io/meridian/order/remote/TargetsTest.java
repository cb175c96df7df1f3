package io.meridian.order.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySourcesPropertyResolver;
import org.springframework.core.io.ClassPathResource;

/** What people set in the environment is the target of a channel. */
class TargetsTest {

    @ParameterizedTest
    @CsvSource({
        "NOTHING, '', hosts:///127.0.0.1:9102",
        "MERIDIAN_INVENTORY_GRPC, inventory-service:9102, hosts:///inventory-service:9102",
        "MERIDIAN_INVENTORY_GRPC, 'a:1,b:2', 'hosts:///a:1,b:2'",
        "MERIDIAN_INVENTORY_TARGET, dns:///inventory-service:9102, dns:///inventory-service:9102"
    })
    void addressesOrAWholeTargetComeFromTheEnvironment(String variable, String value, String target) throws IOException {
        var sources = new MutablePropertySources();
        sources.addFirst(new MapPropertySource("environment", Map.of(variable, value)));
        new YamlPropertySourceLoader()
                .load("application", new ClassPathResource("application.yaml"))
                .forEach(sources::addLast);

        assertThat(new PropertySourcesPropertyResolver(sources)
                        .getProperty("spring.grpc.client.channel.inventory.target"))
                .isEqualTo(target);
    }
}
