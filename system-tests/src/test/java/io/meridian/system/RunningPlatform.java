package io.meridian.system;

import io.meridian.local.platform.Platform;
import io.meridian.local.platform.PlatformSettings;
import io.meridian.local.platform.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Starts the platform from its built jars, once for all test classes of this JVM, beside whatever else runs on this machine:
 * in a temporary home and with shifted ports.
 */
final class RunningPlatform implements ParameterResolver {

    private static final int PORT_OFFSET = Integer.getInteger("meridian.port-offset", 20_000);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Meridian.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(RunningPlatform.class))
                .computeIfAbsent("platform", _ -> Started.now(), Started.class)
                .meridian();
    }

    /** Closed by JUnit when the last test has run. */
    private record Started(Platform platform, Meridian meridian) implements AutoCloseable {

        static Started now() {
            try {
                var root = Path.of(System.getProperty("meridian.root", "..")).toAbsolutePath().normalize();
                var home = Files.createTempDirectory("meridian-system");
                var platform = Platform.at(PlatformSettings.passing(root, home, PORT_OFFSET, Map.of()));
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
