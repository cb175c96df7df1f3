package io.meridian.inventory.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.meridian.contracts.inventory.v1.Product;
import io.meridian.contracts.inventory.v1.StockBatch;
import io.meridian.inventory.WholeService;
import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.Sku;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Over a real connection, from a real write-ahead log. */
class WatchStockIT extends WholeService {

    @Test
    void wholeCatalogueComesFirstInPartsAndThenWhatOneTransactionChangedTogether() {
        var one = stock("SKU-0101", 10);
        var two = stock("SKU-0102", 10);
        var stream = WatchedStream.open(channel, "");
        var list = stream.until(it -> !it.getMore(), PATIENCE);

        assertThat(list).allMatch(it -> it.getContent() == StockBatch.Content.CONTENT_LIST);
        assertThat(list.stream().mapToInt(StockBatch::getProductsCount).sum()).isEqualTo(1_000);
        assertThat(list.stream().mapToInt(StockBatch::getSerializedSize)).allMatch(it -> it < 64 * 1024);

        hold(newOrder(), new Line(one, 3), new Line(two, 4));

        // What preparing the stock changed may come before.
        var change = stream.until(
                        it -> it.getProductsList().stream().anyMatch(product -> product.getHeld() == 4), PATIENCE)
                .getLast();
        assertThat(change.getContent()).isEqualTo(StockBatch.Content.CONTENT_CHANGES);
        assertThat(change.getProductsList()).extracting(Product::getSku).containsExactly("SKU-0101", "SKU-0102");
        assertThat(change.getProductsList()).extracting(Product::getHeld).containsExactly(3L, 4L);
        assertThat(change.getProducts(0).getName()).isNotBlank();
        assertThat(change.getProducts(0).getVersion()).isEqualTo(stockOf(one).version());
        assertThat(change.getSentAt().getSeconds() - change.getCommittedAt().getSeconds()).isBetween(0L, 30L);
        stream.cancel();
    }

    @Test
    void streamThatBrokeIsGoneOnFromItsCursor() {
        var sku = stock("SKU-0103", 10);
        var first = WatchedStream.open(channel, "");
        first.list(PATIENCE);
        // The cursor of a list is from before it was read; the one of a sign of life is after everything.
        hold(newOrder(), new Line(sku, 1));
        first.until(it -> mentions(it, sku), PATIENCE);
        var cursor = first.until(it -> it.getProductsCount() == 0, PATIENCE).getLast().getCursor();
        first.cancel();

        hold(newOrder(), new Line(sku, 2));
        var again = WatchedStream.open(channel, cursor);
        var seen = again.until(it -> mentions(it, sku), PATIENCE);

        assertThat(seen).allMatch(it -> it.getContent() == StockBatch.Content.CONTENT_CHANGES);
        assertThat(seen.getLast().getProductsList())
                .filteredOn(it -> it.getSku().equals(sku.value()))
                .extracting(Product::getHeld)
                .containsExactly(3L);
        again.cancel();
    }

    @Test
    void productThatSomebodyAddsByHandComesWithANewList() {
        jdbc.sql("DELETE FROM stock WHERE sku = 'SKU-0105'").update();
        var stream = WatchedStream.open(channel, "");
        // Whoever comes while the log is read on may be told what was there before the row went, and then of what is left.
        var known = new HashSet<String>();
        do {
            known.clear();
            stream.until(it -> it.getContent() == StockBatch.Content.CONTENT_LIST && !it.getMore(), PATIENCE)
                    .forEach(it -> it.getProductsList().forEach(product -> known.add(product.getSku())));
        } while (known.contains("SKU-0105"));
        assertThat(known).hasSize(999);

        jdbc.sql("INSERT INTO stock (sku, initial, on_hand) VALUES ('SKU-0105', 5, 5)").update();

        var list = stream.until(
                it -> it.getContent() == StockBatch.Content.CONTENT_LIST && !it.getMore(), PATIENCE);
        assertThat(list.stream().mapToInt(StockBatch::getProductsCount).sum()).isEqualTo(1_000);
        stream.cancel();
    }

    @Test
    void whoReadsNothingDelaysNobodyAndIsHeldToItsWindow() {
        var sku = stock("SKU-0104", 1_000);
        var stalled = List.of(
                WatchedStream.stalled(channel), WatchedStream.stalled(channel), WatchedStream.stalled(channel));
        var stream = WatchedStream.open(channel, "");
        stream.list(PATIENCE);

        for (int i = 1; i <= 20; i++) {
            jdbc.sql("UPDATE stock SET version = version + 1").update(); // 40 KB for each who reads
            var held = i;
            hold(newOrder(), new Line(sku, 1));
            stream.until(
                    it -> it.getProductsList().stream().anyMatch(product -> product.getHeld() == held), PATIENCE);
        }

        stalled.forEach(WatchedStream::cancel);
        stream.cancel();
    }

    @Test
    void streamsThatAreLeftGiveTheirPlacesBack() {
        for (int i = 0; i < 50; i++) {
            var stream = WatchedStream.open(channel, "");
            stream.until(_ -> true, PATIENCE);
            stream.cancel();
        }

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(manage("/actuator/prometheus").body())
                        .containsPattern("propagation_subscribers\\{.*watched=\"stock\".*} 0\\.0"));
    }

    @Test
    void temporarySlotIsGoneWhenTheLogIsReadNoMore() throws Exception {
        var stream = WatchedStream.open(channel, "");
        stream.list(PATIENCE);
        assertThat(slots()).isEqualTo(1);
        stream.cancel();
        assertThat(stream.end().getCode()).isEqualTo(Status.Code.CANCELLED);

        // An instance that dies takes its slot with it: nothing holds the log back.
        jdbc.sql("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name LIKE 'meridian_stock_%'"
                        + " AND database = current_database()")
                .query()
                .listOfRows();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(slots()).isZero());
    }

    private long slots() {
        return jdbc.sql("SELECT count(*) FROM pg_replication_slots WHERE slot_name LIKE 'meridian_stock_%' AND temporary"
                        + " AND database = current_database()")
                .query(Long.class)
                .single();
    }

    private static boolean mentions(StockBatch batch, Sku sku) {
        return batch.getProductsList().stream().anyMatch(it -> it.getSku().equals(sku.value()));
    }
}
