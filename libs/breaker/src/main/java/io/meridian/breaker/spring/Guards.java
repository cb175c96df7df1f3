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

    /**
     * Whether there is an annotation on a type, on one of its methods, or on what it inherits. Every bean's type is asked, and few have any,
     * so this looks at no more than it has to.
     */
    static boolean areOn(@Nullable Class<?> type) {
        if (type == null || type.getName().startsWith("java.") || type.getName().startsWith("org.springframework.")) {
            return false;
        }
        return type.isAnnotationPresent(Guarded.class)
                || Stream.of(methods(type)).anyMatch(it -> it.isAnnotationPresent(Guarded.class))
                || areOn(type.getSuperclass())
                || Stream.of(type.getInterfaces()).anyMatch(Guards::areOn);
    }

    /** None of a type that names others that are not there: what such a method would do is nobody's wish here. */
    private static Method[] methods(Class<?> type) {
        try {
            return type.getDeclaredMethods();
        } catch (LinkageError _) {
            return new Method[0];
        }
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
