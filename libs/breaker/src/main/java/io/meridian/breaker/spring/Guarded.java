package io.meridian.breaker.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Asks a breaker before each call of a method that asks somebody else for something:
 *
 * <pre>{@code
 * @Guarded("prices")
 * Price of(Sku sku) { ... }
 * }</pre>
 *
 * <p>On a type it means each of its public methods. What the end of a call says about the dependency is written at
 * {@link io.meridian.breaker.Guard}; a call that is refused throws {@link io.meridian.breaker.CallRejectedException}, and the method is
 * not run.
 *
 * <p>Calls go through Spring's proxy: one method of a bean that calls another is not seen. A bean with such a method that returns a
 * reactive type is refused when it is made, because the end of that call cannot be seen here.
 */
@Documented
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Guarded {

    /** The dependency's name, and so its breaker's. */
    String value();

    /** Exceptions that are answers of its business: a call that throws one of these has succeeded. */
    Class<? extends Throwable>[] answers() default {};
}
