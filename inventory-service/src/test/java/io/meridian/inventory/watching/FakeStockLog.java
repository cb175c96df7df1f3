package io.meridian.inventory.watching;

import io.meridian.inventory.model.Money;
import io.meridian.inventory.model.Product;
import io.meridian.inventory.model.Sku;
import io.meridian.inventory.model.Stock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A log in memory: each commit has the next position. Remembers how often it was opened, and can be away. */
public final class FakeStockLog implements StockLog {

    private final TreeMap<String, Product> products = new TreeMap<>();
    private final List<Commit> commits = new ArrayList<>();
    private long position = 100;
    private boolean deaf;
    public String id = "log";
    public int opened;
    public int open;
    public boolean away;

    public FakeStockLog(int count) {
        for (int i = 1; i <= count; i++) {
            var sku = "SKU-%04d".formatted(i);
            products.put(sku, product(sku, 1));
        }
    }

    public static Product product(String sku, long version) {
        return new Product(
                new Sku(sku), "Product " + sku, new Money(100, "EUR"), new Stock(1000 - version, version, 0, version));
    }

    /** One transaction in which these sell one piece each. */
    public synchronized void commit(String... skus) {
        var changed = new ArrayList<Product>();
        for (var sku : skus) {
            var before = products.get(sku);
            var after = product(sku, before == null ? 1 : before.stock().version() + 1);
            products.put(sku, after);
            changed.add(after);
        }
        position += 10;
        commits.add(new Commit(position, Instant.EPOCH.plusSeconds(position), changed, false));
    }

    public synchronized void takeAway(String sku) {
        products.remove(sku);
        position += 10;
        commits.add(new Commit(position, Instant.EPOCH.plusSeconds(position), List.of(), true));
    }

    /** Something that concerns nobody who watches. */
    public synchronized void otherwise() {
        position += 10;
    }

    /** From now on nothing of what is committed is told. */
    public synchronized void stall() {
        deaf = true;
    }

    public synchronized long position() {
        return position;
    }

    @Override
    public synchronized Reading open() throws LogAway {
        if (away) {
            throw new LogAway("away", new IllegalStateException());
        }
        opened++;
        open++;
        deaf = false;
        return new FakeReading(position);
    }

    private final class FakeReading implements Reading {

        private final long start;
        private long told;
        private boolean closed;

        private FakeReading(long start) {
            this.start = start;
            this.told = start;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public long start() {
            return start;
        }

        @Override
        public List<Product> all() {
            synchronized (FakeStockLog.this) {
                return List.copyOf(products.values());
            }
        }

        @Override
        public long end() {
            return position();
        }

        @Override
        public @Nullable Commit next() throws LogAway {
            synchronized (FakeStockLog.this) {
                if (away) {
                    throw new LogAway("away", new IllegalStateException());
                }
                if (deaf) {
                    return null;
                }
                for (var commit : commits) {
                    if (commit.position() > told) {
                        told = commit.position();
                        return commit;
                    }
                }
                told = position;
                return null;
            }
        }

        @Override
        public long told() {
            return told;
        }

        @Override
        public long written() {
            return position();
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                open--;
            }
        }
    }
}
