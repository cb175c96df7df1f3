package io.meridian.observability.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.ResourcePropertySource;

/** Adds {@code io/meridian/observability/defaults.properties} below everything a service configures itself. */
final class ObservabilityDefaults implements EnvironmentPostProcessor {

    private static final String NAME = "meridianObservabilityDefaults";

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        if (environment.getPropertySources().contains(NAME)) {
            return;
        }
        try {
            var file = new ClassPathResource("io/meridian/observability/defaults.properties");
            environment.getPropertySources().addLast(new ResourcePropertySource(NAME, file));
        } catch (IOException broken) {
            throw new UncheckedIOException("the observability starter's jar lacks its defaults.properties", broken);
        }
    }
}
