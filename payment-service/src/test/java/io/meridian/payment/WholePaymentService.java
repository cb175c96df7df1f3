package io.meridian.payment;

import static io.meridian.testkit.UsesParts.Part.KAFKA;
import static io.meridian.testkit.UsesParts.Part.POSTGRES;

import io.meridian.testkit.UsesParts;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.config.TopicBuilder;
import org.springframework.kafka.core.KafkaAdmin.NewTopics;

/** The service as it runs, with its real parts and all of its doors, one for all test classes; only its patience is shorter. */
@SpringBootTest(
        classes = PaymentApplication.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "meridian.payment.provider-timeout=700ms",
            "meridian.payment.in-flight-for=1500ms",
            "meridian.payment.unseen-for=1s",
            "meridian.payment.retry-after=100ms",
            "meridian.payment.sweep-every=100ms",
            "meridian.payment.look-every=100ms"
        })
@UsesParts({POSTGRES, KAFKA})
@Import(WholePaymentService.Neighbours.class)
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface WholePaymentService {

    /** What other services would have declared. */
    @TestConfiguration(proxyBeanMethods = false)
    class Neighbours {

        @Bean
        NewTopics ordersTopic() {
            return new NewTopics(TopicBuilder.name("orders.v1").partitions(6).build());
        }
    }
}
