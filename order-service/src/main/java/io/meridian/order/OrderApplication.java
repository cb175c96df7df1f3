package io.meridian.order;

import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationListener;

/** The order service as a process; with the profile {@code reconcile}, a job that ends with an exit code. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableConfigurationProperties(OrderSettings.class)
public class OrderApplication {

    public static void main(String[] arguments) {
        var isJob = new AtomicBoolean();
        var application = new SpringApplication(OrderApplication.class);
        application.addListeners((ApplicationListener<ApplicationEnvironmentPreparedEvent>)
                it -> isJob.set(it.getEnvironment().matchesProfiles(ReconcileWiring.PROFILE)));
        try {
            var context = application.run(arguments);
            if (isJob.get()) {
                System.exit(SpringApplication.exit(context));
            }
        } catch (RuntimeException fault) {
            if (!isJob.get()) {
                throw fault;
            }
            System.exit(ReconcileRun.NO_LOOK); // Spring has said why
        }
    }
}
