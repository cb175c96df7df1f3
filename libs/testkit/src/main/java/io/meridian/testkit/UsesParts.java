package io.meridian.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives the Spring context of a test class the real parts it names.
 *
 * <p>A part is started once per JVM, when the first context asks for it. Each context gets an empty database of its own, dropped
 * with its replication slots when the context closes; broker and Redis are shared by all contexts of the JVM. The properties
 * {@code spring.datasource.*}, {@code spring.kafka.bootstrap-servers} and {@code spring.data.redis.*} (and the {@code MERIDIAN_*}
 * names they derive from) point at the parts, and all server ports are random. Contexts are cached and shared as always.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface UsesParts {

    /** The parts to start. */
    Part[] value();

    /** The kinds of parts there are. */
    enum Part {
        POSTGRES,
        KAFKA,
        REDIS
    }
}
