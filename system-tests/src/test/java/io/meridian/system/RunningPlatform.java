package io.meridian.system;

import io.meridian.local.platform.Platform;
import io.meridian.local.platform.PlatformSettings;
import io.meridian.local.platform.Progress;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Starts the platform from its built jars, once for all test classes of this JVM, beside whatever else runs on this machine:
 * in a temporary home and with shifted ports.
 *
 * <p>Test classes share it one at a time ({@link #SHARED}), beside those that want a platform of their own ({@link OwnPlatform}).
 */
final class RunningPlatform implements ParameterResolver {

    /** The lock of the test classes that share a platform. */
    static final String SHARED = "shared platform";

    /** All ports stay below 32,768, where systems begin to give them to outgoing connections. */
    private static final int PORT_OFFSET = Integer.getInteger("meridian.port-offset", 12_000);

    /** Between two platforms of one machine: no port of one is a port of the other. */
    private static final int NEXT_OFFSET = 200;

    /** For a test class that takes the platform apart while others look at theirs. */
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    @interface OwnPlatform {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Meridian.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        var own = context.getRequiredTestClass().isAnnotationPresent(OwnPlatform.class);
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(RunningPlatform.class))
                .computeIfAbsent(own, _ -> Started.at(own ? PORT_OFFSET + NEXT_OFFSET : PORT_OFFSET), Started.class)
                .meridian();
    }

    /** Closed by JUnit when the last test has run. */
    private record Started(Platform platform, Meridian meridian) implements AutoCloseable {

        static Started at(int portOffset) {
            try {
                var root = Path.of(System.getProperty("meridian.root", "..")).toAbsolutePath().normalize();
                var home = Files.createTempDirectory("meridian-system");
                var platform = Platform.at(PlatformSettings.passing(root, home, portOffset, Map.of()));
                platform.up(Progress.SILENT);
                return new Started(platform, new Meridian(platform));
            } catch (IOException e) {
                throw new IllegalStateException("no temporary home", e);
            }
        }

        @Override
        public void close() {
            platform.down(Progress.SILENT);
        }
    }
}
