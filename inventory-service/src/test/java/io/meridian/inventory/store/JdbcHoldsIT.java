package io.meridian.inventory.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.inventory.WholeService;
import io.meridian.inventory.holding.Holds;
import io.meridian.inventory.holding.HoldsContract;
import io.meridian.inventory.model.Line;
import io.meridian.inventory.model.Move;
import io.meridian.inventory.model.OrderId;
import io.meridian.inventory.model.Product;
import io.meridian.inventory.model.Sku;
import io.meridian.inventory.model.Stock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class JdbcHoldsIT extends WholeService {

    private static final Instant NOW = Instant.parse("2031-01-01T00:00:00Z");

    @Autowired
    private PlatformTransactionManager transactions;

    private final List<Product> changes = new ArrayList<>();

    @Nested
    class Contract extends HoldsContract {

        @Override
        protected Holds holds() {
            return JdbcHoldsIT.this.holds();
        }

        @Override
        protected Sku stock(String sku, long onHand) {
            return JdbcHoldsIT.this.stock(sku, onHand);
        }

        @Override
        protected Stock stockOf(Sku sku) {
            return JdbcHoldsIT.this.stockOf(sku);
        }
    }

    @Test
    void changedProductsAreToldAsTheyAreAfterTheChange() {
        var sku = stock("SKU-0101", 10);
        var order = newOrder();

        take(order, sku, 4);
        assertThat(changes).singleElement().extracting(Product::stock).isEqualTo(stockOf(sku));

        holds().move(order, Move.COMMIT, NOW);
        assertThat(changes).hasSize(2).last().extracting(Product::stock).isEqualTo(stockOf(sku));
    }

    @Test
    void whatChangesNothingTellsNothing() {
        var sku = stock("SKU-0101", 10);
        var order = newOrder();
        take(order, sku, 4);
        changes.clear();

        take(order, sku, 4);
        take(newOrder(), sku, 7);
        take(newOrder(), new Sku("SKU-9999"), 1);
        holds().move(order, Move.RETURN, NOW);
        holds().move(newOrder(), Move.COMMIT, NOW);

        assertThat(changes).isEmpty();
    }

    @Test
    void changesInATransactionAreToldAfterItsCommit() {
        var sku = stock("SKU-0101", 10);

        new TransactionTemplate(transactions).executeWithoutResult(_ -> {
            take(newOrder(), sku, 4);
            assertThat(changes).isEmpty();
        });

        assertThat(changes).hasSize(1);
    }

    @Test
    void changesThatAreRolledBackAreNotTold() {
        var sku = stock("SKU-0101", 10);

        new TransactionTemplate(transactions).executeWithoutResult(transaction -> {
            take(newOrder(), sku, 4);
            transaction.setRollbackOnly();
        });

        assertThat(changes).isEmpty();
        assertThat(stockOf(sku).onHand()).isEqualTo(10);
    }

    @Test
    void theTablesThemselvesRefuseWhatBreaksTheStock() {
        stock("SKU-0101", 10);

        assertThatThrownBy(() -> jdbc.sql("UPDATE stock SET on_hand = -1, held = 11 WHERE sku = 'SKU-0101'")
                        .update())
                .isInstanceOf(DataIntegrityViolationException.class);
        assertThatThrownBy(() -> jdbc.sql("UPDATE stock SET on_hand = 9 WHERE sku = 'SKU-0101'")
                        .update())
                .isInstanceOf(DataIntegrityViolationException.class);
    }

    private Holds holds() {
        return new JdbcHolds(jdbc, changes::add);
    }

    private void take(OrderId order, Sku sku, int quantity) {
        holds().take(order, 0, List.of(new Line(sku, quantity)), NOW, NOW.plusSeconds(600));
    }
}
