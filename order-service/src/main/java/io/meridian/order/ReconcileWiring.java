package io.meridian.order;

import io.meridian.order.reconciling.Reconcile;
import io.meridian.order.remote.GrpcHoldLedger;
import io.meridian.order.remote.GrpcPaymentLedger;
import io.meridian.order.remote.TriedOnce;
import io.meridian.order.store.JdbcOrderLedger;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.grpc.client.GrpcChannelBuilderCustomizer;
import org.springframework.grpc.client.GrpcChannelFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The same program as a job: it compares the books once and ends. Opens no door, hears and says nothing, changes nothing. */
@Configuration(proxyBeanMethods = false)
@Profile(ReconcileWiring.PROFILE)
@EnableConfigurationProperties(ReconcileSettings.class)
class ReconcileWiring {

    static final String PROFILE = "reconcile";

    @Bean
    GrpcChannelBuilderCustomizer<?> triedOnce() {
        return new TriedOnce<>();
    }

    @Bean
    Reconcile reconcile(JdbcClient jdbc, GrpcChannelFactory channels, ReconcileSettings settings) {
        return new Reconcile(
                new JdbcOrderLedger(jdbc),
                new GrpcPaymentLedger(channels.createChannel("payment"), settings.page()),
                new GrpcHoldLedger(channels.createChannel("inventory"), settings.page()),
                settings.settings(),
                System::nanoTime,
                ReconcileWiring::pause);
    }

    @Bean
    ReconcileRun reconcileRun(Reconcile reconcile, ReconcileSettings settings) {
        return new ReconcileRun(reconcile, settings, InstantSource.system(), System::nanoTime, System.out);
    }

    private static boolean pause(Duration duration) {
        try {
            Thread.sleep(duration);
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
