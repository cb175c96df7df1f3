package io.meridian.deadline.scheduling;

import java.lang.reflect.Modifier;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.scheduling.TaskScheduler;

/**
 * Gives what is handed to a {@link TaskScheduler} bean directly the scope that {@link ScheduledScopes} gives to scheduled methods: a
 * framework's own chores, such as gRPC's looking after the health of its server, ask databases as well.
 *
 * <p>The bean keeps its class, so that whoever wants a particular scheduler finds it; one whose class is final is left alone.
 */
public final class ScopedSchedulers implements BeanPostProcessor {

    private final Supplier<ScheduledScopes> scopes;

    /** @param scopes asked for at the first task: this is made before most beans */
    public ScopedSchedulers(Supplier<ScheduledScopes> scopes) {
        this.scopes = scopes;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (!(bean instanceof TaskScheduler) || Modifier.isFinal(bean.getClass().getModifiers())) {
            return bean;
        }
        var proxy = new ProxyFactory(bean);
        proxy.setProxyTargetClass(true);
        proxy.addAdvice((MethodInterceptor) call -> {
            var arguments = call.getArguments();
            if (call.getMethod().getName().startsWith("schedule") && arguments[0] instanceof Runnable task) {
                arguments[0] = scopes.get().scoped(task);
            }
            return call.proceed();
        });
        return proxy.getProxy(bean.getClass().getClassLoader());
    }
}
