package io.meridian.inventory.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.inventory.WholeService;
import io.meridian.inventory.holding.ExpireHolds;
import io.meridian.inventory.holding.HoldStock;
import java.util.concurrent.ConcurrentLinkedQueue;
import io.meridian.inventory.holding.Holds;
import io.meridian.inventory.holding.HoldStock.Held;
import io.meridian.inventory.holding.HoldStock.Shortage;
import io.meridian.inventory.holding.ReleaseStock;
import io.meridian.inventory.holding.SellStock;
import io.meridian.inventory.holding.StockNews.Cause;
import io.meridian.inventory.holding.TakeBackStock;
import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.Sku;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Many at once on few products: what may not happen there does not happen anywhere. */
class ConcurrentHoldsIT extends WholeService {

    @Autowired
    private HoldStock holdStock;

    @Autowired
    private ReleaseStock releaseStock;

    @Autowired
    private SellStock sellStock;

    @Autowired
    private TakeBackStock takeBackStock;

    @Autowired
    private ExpireHolds expireHolds;

    @Autowired
    private Holds holds;

    @Autowired
    private PlatformTransactionManager transactions;

    @Test
    void fiftyWhoWantTheLastTenGetExactlyTen() throws Exception {
        var sku = stock("SKU-0101", 10);

        var outcomes = atOnce(IntStream.range(0, 50)
                .<Callable<HoldStock.Outcome>>mapToObj(_ -> () -> holdStock.hold(newOrder(), 0, List.of(new Line(sku, 1))))
                .toList());

        assertThat(outcomes).filteredOn(Held.class::isInstance).hasSize(10);
        assertThat(outcomes).filteredOn(new Shortage(List.of(sku))::equals).hasSize(40);
        assertThat(stockOf(sku).onHand()).isZero();
        assertThat(contradictions()).isEmpty();
    }

    @Test
    void oneOrderThatAsksFiftyTimesAtOnceHoldsOnce() throws Exception {
        var sku = stock("SKU-0101", 10);
        var other = stock("SKU-0102", 10);
        var order = newOrder();
        var lines = List.of(new Line(sku, 3), new Line(other, 10));

        var outcomes = atOnce(IntStream.range(0, 50)
                .<Callable<HoldStock.Outcome>>mapToObj(_ -> () -> holdStock.hold(order, 0, lines))
                .toList());

        assertThat(outcomes)
                .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Held.class))
                .extracting(outcome -> ((Held) outcome).lines())
                .containsOnly(((Held) outcomes.getFirst()).lines());
        assertThat(outcomes)
                .extracting(outcome -> ((Held) outcome).expiresAt())
                .containsOnly(((Held) outcomes.getFirst()).expiresAt());
        assertThat(outcomes).filteredOn(outcome -> !((Held) outcome).again()).hasSize(1);
        assertThat(stockOf(sku).held()).isEqualTo(3);
        assertThat(contradictions()).isEmpty();
    }

    @Test
    void ordersThatNameTheSameProductsInOppositeOrderNeverWaitForEachOther() throws Exception {
        var skus = Stream.of("SKU-0101", "SKU-0102", "SKU-0103")
                .map(sku -> stock(sku, 10_000))
                .toList();

        var outcomes = atOnce(IntStream.range(0, 12) // fewer than the pool has: who waits for a connection has waited for no order
                .<Callable<Integer>>mapToObj(number -> () -> {
                    var lines = (number % 2 == 0 ? skus : skus.reversed())
                            .stream().map(sku -> new Line(sku, 1)).toList();
                    var held = 0;
                    for (var i = 0; i < 50; i++) {
                        var order = newOrder();
                        held += holdStock.hold(order, 0, lines) instanceof Held ? 1 : 0;
                        if (i % 2 == 0) {
                            releaseStock.release(order, 0);
                        }
                    }
                    return held;
                })
                .toList());

        assertThat(outcomes).containsOnly(50);
        assertThat(skus).allSatisfy(sku -> assertThat(stockOf(sku).held()).isEqualTo(300));
        assertThat(contradictions()).isEmpty();
    }

    /** Drivers of earlier epochs ask for the opposite all the time: none of it counts from the moment on in which the last one has asked. */
    @Test
    void whatTheLatestDriverDidStaysHoweverManyEarlierOnesComeLate() throws Exception {
        assertThat(heldAtTheEnd(9)).isEqualTo(20);
        assertThat(releaseStock.overtaken()).isPositive();
        assertThat(contradictions()).isEmpty();
    }

    /** The control: where all ask in one epoch, late ones do spoil it. */
    @Test
    void withoutEpochsLateDriversSpoilWhatTheLatestDid() throws Exception {
        assertThat(heldAtTheEnd(0)).isLessThan(20);
        assertThat(contradictions()).isEmpty();
    }

    /** Of twenty orders, how many are held after the latest driver has held them while earlier ones released them. */
    private long heldAtTheEnd(int latest) throws Exception {
        var sku = stock("SKU-0101", 100);
        var before = stockOf(sku).held();
        for (var each = 0; each < 20; each++) {
            var order = newOrder();
            var first = new CountDownLatch(1);
            atOnce(IntStream.rangeClosed(0, 9)
                    .<Callable<Object>>mapToObj(driver -> () -> {
                        if (driver == 9) {
                            var outcome = holdStock.hold(order, latest, List.of(new Line(sku, 1)));
                            first.countDown();
                            return outcome;
                        }
                        first.await();
                        return releaseStock.release(order, Math.min(driver, latest));
                    })
                    .toList());
        }
        return stockOf(sku).held() - before;
    }

    /** However many ask at once, each in an epoch of his own: nobody changes anything after a later one did. */
    @Test
    void effectsComeInTheOrderOfEpochs() throws Exception {
        var sku = stock("SKU-0101", 1_000);
        for (var each = 0; each < 20; each++) {
            var order = newOrder();
            var admitted = new ConcurrentLinkedQueue<Long>();
            atOnce(IntStream.range(0, 12)
                    .<Callable<Object>>mapToObj(driver -> () -> new TransactionTemplate(transactions).execute(_ -> {
                        if (holds.admit(order, driver)) {
                            admitted.add((long) driver); // the row is ours until the commit
                        }
                        return driver;
                    }))
                    .toList());
            assertThat(new ArrayList<>(admitted)).isSorted().contains(11L);
            assertThat(holdStock.hold(order, 10, List.of(new Line(sku, 1)))).isInstanceOf(HoldStock.Overtaken.class);
            assertThat(holdStock.hold(order, 11, List.of(new Line(sku, 1)))).isInstanceOf(Held.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 20261121, 77})
    void whateverHappensInWhateverOrderTheStockStaysTrueToTheHolds(long seed) throws Exception {
        var skus = IntStream.rangeClosed(1, 5)
                .mapToObj(i -> stock("SKU-011" + i, 12))
                .toList();
        var orders = Stream.generate(WholeService::newOrder).limit(25).toList();

        atOnce(IntStream.range(0, 12)
                .<Callable<Void>>mapToObj(thread -> () -> {
                    var random = new Random(seed * 1_000 + thread);
                    for (var i = 0; i < 40; i++) {
                        doSomething(random, orders, skus);
                    }
                    return null;
                })
                .toList());

        assertThat(contradictions()).as("seed %d", seed).isEmpty();
    }

    @Test
    void aContradictionWouldBeSeen() {
        var sku = stock("SKU-0101", 10);
        holdStock.hold(newOrder(), 0, List.of(new Line(sku, 3)));

        new TransactionTemplate(transactions).executeWithoutResult(transaction -> {
            jdbc.sql("UPDATE stock SET held = held - 1, on_hand = on_hand + 1 WHERE sku = 'SKU-0101'")
                    .update();
            assertThat(contradictions())
                    .containsExactly("SKU-0101: 8 on hand, 2 held, 0 sold of 10, but holds of 3 and sales of 0");
            transaction.setRollbackOnly();
        });
        assertThat(contradictions()).isEmpty();
    }

    private void doSomething(Random random, List<OrderId> orders, List<Sku> skus) {
        var number = random.nextInt(orders.size());
        var order = orders.get(number);
        // The lines belong to the order, so that whoever asks for it asks for the same.
        var lines = linesOf(number, skus);
        var transaction = new TransactionTemplate(transactions);
        switch (random.nextInt(6)) {
            case 0, 1 -> holdStock.hold(order, 0, lines);
            case 2 -> releaseStock.release(order, 0);
            case 3 -> transaction.executeWithoutResult(_ -> sellStock.sell(order, lines));
            case 4 ->
                transaction.executeWithoutResult(_ -> takeBackStock.takeBack(
                        order, random.nextBoolean() ? Cause.REJECTED : Cause.CANCELLED));
            default -> {
                letExpire(order);
                expireHolds.expire(order);
            }
        }
    }

    private static List<Line> linesOf(int number, List<Sku> skus) {
        var random = new Random(number);
        var lines = new ArrayList<Line>();
        for (var sku : skus) {
            if (lines.isEmpty() || random.nextBoolean()) {
                lines.add(new Line(sku, 1 + random.nextInt(3)));
            }
        }
        return random.nextBoolean() ? lines : lines.reversed();
    }

    /** Runs all of them at the same moment; fails if one of them does. */
    private static <T> List<T> atOnce(List<Callable<T>> deeds) throws InterruptedException, ExecutionException {
        var start = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<T>>();
            for (var deed : deeds) {
                running.add(threads.submit(() -> {
                    start.await();
                    return deed.call();
                }));
            }
            start.countDown();
            var results = new ArrayList<T>();
            for (var each : running) {
                results.add(each.get());
            }
            return results;
        }
    }
}
