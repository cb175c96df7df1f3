package io.meridian.breaker.spring;

import io.meridian.breaker.Faults;
import io.meridian.breaker.Outcome;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.AnnotatedElementUtils;

/** What is written on methods and their types. */
final class Guards {

    private final ConcurrentHashMap<MethodClassKey, Optional<Found>> known = new ConcurrentHashMap<>();

    /** @param answers knows the exceptions that are answers */
    record Found(String name, Faults answers) {

        static Found of(Guarded annotation) {
            var answers = annotation.answers();
            return new Found(
                    annotation.value(),
                    thrown -> Stream.of(answers).anyMatch(it -> it.isInstance(thrown)) ? Outcome.SUCCEEDED : null);
        }
    }

    /** Of a method that is called often; null if it is not guarded. */
    @Nullable Found of(Method method, Class<?> type) {
        return known.computeIfAbsent(new MethodClassKey(method, type), _ -> find(method, type))
                .orElse(null);
    }

    /** A method's own annotation says more than its type's. */
    static Optional<Found> find(Method method, Class<?> type) {
        var actual = AopUtils.getMostSpecificMethod(method, type);
        var own = AnnotatedElementUtils.findMergedAnnotation(actual, Guarded.class);
        if (own == null && Modifier.isPublic(actual.getModifiers()) && actual.getDeclaringClass() != Object.class) {
            own = AnnotatedElementUtils.findMergedAnnotation(type, Guarded.class);
        }
        return Optional.ofNullable(own).map(Found::of);
    }
}
