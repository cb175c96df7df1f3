package io.meridian.local.oracle;

import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was found on a platform in one look, in plain records. Begins as {@link #nothing} and is given its sections one by one; a section
 * that is not given is {@link #missing}, and no oracle that needs it judges.
 *
 * <p>The sections are not of one moment. Whoever reads a running platform reads effects before their causes (money and stock before
 * orders, tables before topics), so that nothing is found whose cause is not found; what is under way looks unfinished, never wrong.
 *
 * @param takenAt when the look began
 * @param writes which epochs wrote to what, in the order in which the writes were accepted
 * @param missing why a section is not there
 */
public record Evidence(
        Instant takenAt,
        List<Order> orders,
        Stock stock,
        Money money,
        Events events,
        List<Resource> resources,
        List<Write> writes,
        History history,
        Map<Section, String> missing) {

    public Evidence {
        orders = List.copyOf(orders);
        resources = List.copyOf(resources);
        writes = List.copyOf(writes);
        missing = Map.copyOf(missing);
    }

    /** The parts of which evidence is made. */
    public enum Section {
        ORDERS("the orders"),
        STOCK("the stock"),
        MONEY("the payments and the provider's ledger"),
        EVENTS("the outboxes, the topics and the inboxes"),
        RESOURCES("the services' gauges"),
        WRITES("the epochs of the writes"),
        HISTORY("what the clients were answered");

        private final String title;

        Section(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    /** Evidence in which nothing was looked at. */
    public static Evidence nothing(Instant takenAt) {
        var missing = new EnumMap<Section, String>(Section.class);
        for (var section : Section.values()) {
            missing.put(section, "nobody looked at " + section.title());
        }
        return new Evidence(
                takenAt,
                List.of(),
                new Stock(List.of(), List.of()),
                new Money(List.of(), List.of(), List.of()),
                new Events(List.of(), List.of(), List.of(), List.of(), List.of()),
                List.of(),
                List.of(),
                History.EMPTY,
                missing);
    }

    public Evidence withOrders(List<Order> found) {
        return new Evidence(
                takenAt, found, stock, money, events, resources, writes, history, without(Section.ORDERS));
    }

    public Evidence withStock(Stock found) {
        return new Evidence(
                takenAt, orders, found, money, events, resources, writes, history, without(Section.STOCK));
    }

    public Evidence withMoney(Money found) {
        return new Evidence(
                takenAt, orders, stock, found, events, resources, writes, history, without(Section.MONEY));
    }

    public Evidence withEvents(Events found) {
        return new Evidence(
                takenAt, orders, stock, money, found, resources, writes, history, without(Section.EVENTS));
    }

    public Evidence withResources(List<Resource> found) {
        return new Evidence(
                takenAt, orders, stock, money, events, found, writes, history, without(Section.RESOURCES));
    }

    public Evidence withWrites(List<Write> found) {
        return new Evidence(
                takenAt, orders, stock, money, events, resources, found, history, without(Section.WRITES));
    }

    public Evidence withHistory(History found) {
        return new Evidence(
                takenAt, orders, stock, money, events, resources, writes, found, without(Section.HISTORY));
    }

    /** Notes why a section cannot be had. */
    public Evidence lacking(Section section, String why) {
        var more = new EnumMap<Section, String>(Section.class);
        more.putAll(missing);
        more.put(section, why);
        return new Evidence(takenAt, orders, stock, money, events, resources, writes, history, more);
    }

    private Map<Section, String> without(Section section) {
        var left = new EnumMap<Section, String>(Section.class);
        left.putAll(missing);
        left.remove(section);
        return left;
    }

    /** The states of an order, as its table spells them. */
    public enum OrderStatus {
        PENDING,
        CONFIRMED,
        REJECTED,
        CANCELLED
    }

    /**
     * An order as the order service has it.
     *
     * @param version grows with every change of its state
     * @param epoch grows with every settler that takes it over
     * @param total what it costs in minor units; null before the hold named its prices
     * @param currency of the total; null with it
     * @param lines sorted by SKU
     * @param steps its log, oldest first
     * @param numbered whether the steps are numbered from 1 without a gap, as many as its state counts
     */
    public record Order(
            UUID id,
            OrderStatus status,
            long version,
            long epoch,
            @Nullable Long total,
            @Nullable String currency,
            List<Line> lines,
            List<String> steps,
            boolean numbered) {

        public Order {
            lines = lines.stream().sorted(Comparator.comparing(Line::sku)).toList();
            steps = List.copyOf(steps);
        }
    }

    /** So many pieces of one product. */
    public record Line(String sku, long quantity) {}

    /** What inventory has, read as of one moment. */
    public record Stock(List<Product> products, List<Hold> holds) {

        public Stock {
            products = List.copyOf(products);
            holds = List.copyOf(holds);
        }
    }

    /** Where the pieces of one product are, and how many there were in the beginning. */
    public record Product(String sku, long initial, long onHand, long held, long sold) {}

    /** The states of a hold, as its table spells them. */
    public enum HoldStatus {
        HELD,
        COMMITTED,
        RELEASED,
        EXPIRED,
        RETURNED,
        CLOSED
    }

    /**
     * What is, or was, set aside for one order.
     *
     * @param lines sorted by SKU; none if nothing was ever set aside
     */
    public record Hold(UUID order, HoldStatus status, List<Line> lines) {

        public Hold {
            lines = lines.stream().sorted(Comparator.comparing(Line::sku)).toList();
        }
    }

    /** What payment has, and what its provider has, read as of one moment. */
    public record Money(List<Payment> payments, List<Operation> journal, List<Movement> movements) {

        public Money {
            payments = List.copyOf(payments);
            journal = List.copyOf(journal);
            movements = List.copyOf(movements);
        }
    }

    /** The states of a payment, as its table spells them. */
    public enum PaymentStatus {
        CLOSED,
        AUTHORISING,
        UNKNOWN,
        AUTHORISED,
        DECLINED,
        FAILED,
        CAPTURING,
        CAPTURED,
        VOIDING,
        VOIDED,
        REFUNDING,
        REFUNDED;

        /** Whether the provider was asked, or is about to be, and the answer is not written yet. */
        public boolean isUnfinished() {
            return switch (this) {
                case AUTHORISING, UNKNOWN, CAPTURING, VOIDING, REFUNDING -> true;
                case CLOSED, AUTHORISED, DECLINED, FAILED, CAPTURED, VOIDED, REFUNDED -> false;
            };
        }
    }

    /**
     * The money of one order as payment believes it to be.
     *
     * @param amount minor units; null if nobody asked for money
     */
    public record Payment(UUID order, PaymentStatus status, @Nullable Long amount, @Nullable String currency) {}

    /**
     * An entry of payment's journal.
     *
     * @param operation AUTHORISE, CAPTURE, VOID or REFUND
     * @param outcome SUCCEEDED, DECLINED, GONE, FAILED or NEVER_ASKED; null until it is known
     */
    public record Operation(UUID order, String operation, @Nullable String outcome) {}

    /** What money can do at the provider. */
    public enum MovementKind {
        RESERVED,
        CAPTURED,
        CANCELLED,
        REFUNDED
    }

    /**
     * Money that really moved, from the provider's own ledger.
     *
     * @param order whose authorisation it moved by; null if no order we know of asked for that
     * @param reference the provider's name for the authorisation
     */
    public record Movement(@Nullable UUID order, String reference, MovementKind kind, long amount, String currency) {}

    /** What services said, what the topics hold, and what services heard. */
    public record Events(
            List<Said> said, List<Published> published, List<Heard> heard, List<Lag> lags, List<DeadLetter> deadLetters) {

        public Events {
            said = List.copyOf(said);
            published = List.copyOf(published);
            heard = List.copyOf(heard);
            lags = List.copyOf(lags);
            deadLetters = List.copyOf(deadLetters);
        }
    }

    /**
     * A row of an outbox.
     *
     * @param sequence ascends in the order in which one service said things about one aggregate
     */
    public record Said(String service, UUID id, long sequence, String topic, String aggregate, String type, Instant at) {}

    /**
     * A record of a topic that says what event it is.
     *
     * @param at when it was said
     */
    public record Published(
            String topic, int partition, long offset, @Nullable String key, String id, String type, Instant at) {}

    /** A row of an inbox. */
    public record Heard(String consumer, String event) {}

    /**
     * How far a consumer group is behind in one partition.
     *
     * @param committed the offset it would go on from; the beginning of the partition if it never committed
     * @param end the offset the next record will get
     */
    public record Lag(String group, String topic, int partition, long committed, long end) {

        public long behind() {
            return Math.max(0, end - committed);
        }
    }

    /**
     * A record in a dead-letter topic.
     *
     * @param event the id of the event it holds; null if it holds none
     * @param group the consumer group that gave it up; null if the record does not say
     * @param reason what the record says about why
     */
    public record DeadLetter(
            String topic, int partition, long offset, @Nullable String event, @Nullable String group, String reason) {}

    /**
     * Something a service takes and gives back, such as connections in use.
     *
     * @param rest what it is while nobody asks anything
     */
    public record Resource(String service, String name, double value, double rest) {}

    /**
     * A write that was accepted.
     *
     * @param resource what was written to, such as {@code orders}, {@code holds} or {@code payments}
     * @param epoch the driver's when it wrote
     */
    public record Write(UUID order, String resource, long epoch) {}
}
