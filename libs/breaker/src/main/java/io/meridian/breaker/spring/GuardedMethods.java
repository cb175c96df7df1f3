package io.meridian.breaker.spring;

import io.meridian.breaker.Guard;
import java.lang.reflect.Method;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.util.ReflectionUtils;

/**
 * Puts breakers before the methods of beans that are {@link Guarded}. Stands outside of all other advice of a bean, so that no
 * transaction is begun for a call that is not made.
 */
public final class GuardedMethods extends AbstractBeanFactoryAwareAdvisingPostProcessor {

    private static final long serialVersionUID = 1;

    private static final String REACTIVE = "org.reactivestreams.Publisher";

    /** @param guard asked for when the first call is made */
    public GuardedMethods(Supplier<Guard> guard) {
        setBeforeExistingAdvisors(true);
        this.advisor = new DefaultPointcutAdvisor(new Annotated(), new Guarding(new Guards(), guard));
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        var made = super.postProcessAfterInitialization(bean, beanName);
        if (AopUtils.isAopProxy(made)) {
            var type = AopUtils.getTargetClass(made);
            ReflectionUtils.doWithMethods(type, it -> refuse(it, beanName), it -> isReactive(it) && Guards.find(it, type).isPresent());
        }
        return made;
    }

    private static boolean isReactive(Method method) {
        return !method.isSynthetic() && isPublisher(method.getReturnType());
    }

    private static boolean isPublisher(@Nullable Class<?> type) {
        return type != null
                && (type.getName().equals(REACTIVE)
                        || isPublisher(type.getSuperclass())
                        || Stream.of(type.getInterfaces()).anyMatch(GuardedMethods::isPublisher));
    }

    private static void refuse(Method method, String beanName) {
        throw new IllegalStateException("@Guarded is for methods that return an answer or a CompletionStage, but "
                + method.getName() + " of bean " + beanName + " returns a " + method.getReturnType().getSimpleName()
                + ": take the annotation away, and guard what is subscribed to");
    }

    private static final class Annotated extends StaticMethodMatcherPointcut {

        Annotated() {
            setClassFilter(Guards::areOn);
        }

        @Override
        public boolean matches(Method method, Class<?> type) {
            return Guards.find(method, type).isPresent();
        }
    }

    private record Guarding(Guards guards, Supplier<Guard> guard) implements MethodInterceptor {

        @Override
        public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
            var method = invocation.getMethod();
            var target = invocation.getThis();
            var found = guards.of(method, target == null ? method.getDeclaringClass() : AopUtils.getTargetClass(target));
            return found == null
                    ? invocation.proceed()
                    : guard.get().<@Nullable Object, Throwable>call(found.name(), found.answers(), invocation::proceed);
        }
    }
}
