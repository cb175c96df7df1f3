package io.meridian.order.remote;

import io.meridian.order.model.OrderId;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;

/**
 * Calls each neighbour once before this instance takes orders: the first call of a channel costs most of a second. A neighbour
 * that is not there does not keep this one from starting.
 */
public final class WarmPeers implements ApplicationRunner {

    private static final Logger log = LoggerFactory.getLogger(WarmPeers.class);
    private static final OrderId NOBODYS = new OrderId(new UUID(0, 0));

    private final GrpcStock stock;
    private final GrpcPayments payments;
    private final Duration within;

    public WarmPeers(GrpcStock stock, GrpcPayments payments, Duration within) {
        this.stock = stock;
        this.payments = payments;
        this.within = within;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.execute(() -> warm("inventory", () -> stock.warm(within)));
            threads.execute(() -> warm("payment", () -> payments.warm(within, NOBODYS)));
        }
    }

    private static void warm(String peer, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException fault) {
            log.atInfo().addKeyValue("peer", peer).addKeyValue("why", fault.getMessage()).log("not warmed");
        }
    }
}
