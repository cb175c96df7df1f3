package io.meridian.testkit;

import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Finds {@link UsesParts} on a test class, its superclasses and enclosing classes. */
final class PartsCustomizerFactory implements ContextCustomizerFactory {

    @Override
    public @Nullable ContextCustomizer createContextCustomizer(
            Class<?> testClass, List<ContextConfigurationAttributes> attributes) {
        var found = TestContextAnnotationUtils.findMergedAnnotation(testClass, UsesParts.class);
        if (found == null || found.value().length == 0) {
            return null;
        }
        return new PartsCustomizer(EnumSet.copyOf(List.of(found.value())));
    }
}
