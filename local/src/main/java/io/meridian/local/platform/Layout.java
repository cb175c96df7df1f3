package io.meridian.local.platform;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A service's jar laid out as plain files, which start faster than a jar of jars.
 *
 * @param build digest of the jar's content; the same content is the same build, however often it was packaged
 * @param jar the one to run; its manifest names the libraries beside it
 */
record Layout(Component service, String build, Path jar) {

    /**
     * The classes as the JVM wants them in memory, recorded by {@link Training}; absent until then. Such a cache fits one JDK
     * only, so its name says which.
     */
    Path aotCache() {
        return jar.resolveSibling("app-" + Runtime.version() + ".aot");
    }

    boolean isTrained() {
        return Files.exists(aotCache());
    }
}
