package io.meridian.simulation.database;

import io.meridian.outbox.StoredEvent;
import io.meridian.simulation.engine.Node;
import io.meridian.simulation.engine.Signal;
import io.meridian.simulation.engine.World;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL of one service, as far as its service can tell: transactions, row locks, constraints, a clock of its own, and a
 * write-ahead log of what was appended to the outbox. It outlives the processes that use it.
 *
 * <p>Simplified: a lock wait is not fair, a statement sees every commit up to its end and not up to its beginning, and there is one
 * isolation level.
 */
public final class Database {

    /** A committed transaction that appended events. */
    public record Commit(long position, List<Appended> events) {}

    /**
     * An event in the log.
     *
     * @param sequence allotted when it was appended, which is before it was committed
     */
    public record Appended(long sequence, StoredEvent event) {}

    /** What was heard of whom. */
    public record Heard(Instant at) implements Row {}

    /** The key of {@link Heard}. */
    public record Hearing(String consumer, String event) {}

    /** Whose newest event a consumer has heard. */
    public record Subject(String consumer, String aggregate) {}

    /** The number of the newest event of a {@link Subject}. */
    public record Newest(long sequence) implements Row {}

    private final World world;
    private final String name;
    private final Map<String, Table<?, ?>> tables = new LinkedHashMap<>();
    private final List<Commit> log = new ArrayList<>();
    private final List<Runnable> notOnDisk = new ArrayList<>();
    private final Set<Session> sessions = new LinkedHashSet<>();
    private final Signal unlocked;
    private final Signal committed;
    private final Table<Hearing, Heard> inbox = table("inbox_events");
    private final Table<Subject, Newest> versions = table("inbox_versions");
    private final Table<UUID, OutboxRow> outbox = table("outbox_events");
    private Hazards hazards = Hazards.NONE;
    private Consumer<String> refusals = _ -> {};
    private @Nullable Duration lockTimeout;
    private @Nullable Duration idleInTransaction;
    private long sequence;
    private long position;
    private boolean away;

    /** What may go wrong between a session and its database. */
    public interface Hazards {

        Hazards NONE = new Hazards() {};

        /** How long the way of a statement takes, one way. */
        default long way(Node from) {
            return 200_000;
        }

        /** Whether the connection breaks before the statement arrives. */
        default boolean breaksBefore(Node from, String statement) {
            return false;
        }

        /** Whether it breaks when the statement has been done, so that nobody hears of it. */
        default boolean breaksAfter(Node from, String statement) {
            return false;
        }
    }

    /** An event in the outbox's table. */
    public record OutboxRow(StoredEvent event, long sequence) implements Row {}

    public Database(World world, String name) {
        this.world = world;
        this.name = name;
        this.unlocked = new Signal(world);
        this.committed = new Signal(world);
    }

    public <K, R extends Row> Table<K, R> table(String name) {
        var table = new Table<K, R>(name);
        tables.put(name, table);
        return table;
    }

    public String name() {
        return name;
    }

    public void setHazards(Hazards hazards) {
        this.hazards = hazards;
    }

    /** Told of every constraint that had to refuse something. */
    public void whenRefused(Consumer<String> refusals) {
        this.refusals = refusals;
    }

    public void setTimeouts(Duration lock, Duration idleInTransaction) {
        this.lockTimeout = lock;
        this.idleInTransaction = idleInTransaction;
    }

    public Table<Hearing, Heard> inbox() {
        return inbox;
    }

    public Table<UUID, OutboxRow> outbox() {
        return outbox;
    }

    /** {@code now()}: by its own clock, which no service's clock has a part in. */
    public Instant now() {
        return World.EPOCH.plusNanos(world.nanos() / 1_000 * 1_000);
    }

    public List<Commit> log() {
        return log;
    }

    /** Raised with every commit that appended an event. */
    public Signal commits() {
        return committed;
    }

    /** Does not answer any more; who is connected loses his connection and what he had not committed. */
    public void goAway() {
        away = true;
        List.copyOf(sessions).forEach(Session::breakOff);
    }

    /** Dies and comes back with what was on disk. */
    public int crash() {
        List.copyOf(sessions).forEach(Session::breakOff);
        var lost = notOnDisk.size();
        notOnDisk.reversed().forEach(Runnable::run);
        notOnDisk.clear();
        return lost;
    }

    public void comeBack() {
        away = false;
    }

    public boolean isAway() {
        return away;
    }

    /** Sessions with an open transaction, and rows that are locked; nothing of it is left when nobody works. */
    public int open() {
        var transactions = (int) sessions.stream().filter(Session::isInTransaction).count();
        return transactions
                + tables.values().stream().mapToInt(table -> table.locks.size()).sum();
    }

    Session open(Node node) throws SQLException {
        if (away) {
            throw lost("connect");
        }
        var session = new Session(this, world, node);
        sessions.add(session);
        node.whenItDies(session::breakOff);
        return session;
    }

    void closed(Session session) {
        sessions.remove(session);
    }

    Hazards hazards() {
        return hazards;
    }

    /** Appends in a transaction of its own; a bug to plant. */
    public void appendApart(StoredEvent event) {
        var apart = begin();
        append(apart, event);
        commit(apart);
    }

    /** Appends to the outbox within the transaction; its sequence is allotted now, as by an identity column, and travels with it. */
    public void append(Transaction transaction, StoredEvent unnumbered) {
        var number = ++sequence;
        var headers = new HashMap<>(unnumbered.headers());
        headers.put("ce_sequence", Long.toString(number));
        var event = new StoredEvent(
                unnumbered.id(),
                unnumbered.topic(),
                unnumbered.aggregateId(),
                unnumbered.type(),
                unnumbered.payload(),
                headers,
                unnumbered.occurredAt());
        transaction.insert(outbox, event.id(), new OutboxRow(event, number));
        transaction.append(new Transaction.Append(number, event));
    }

    /** Notes the event as the subject's newest, as by ON CONFLICT DO UPDATE WHERE; false if a newer one is known. */
    boolean hearNewer(Transaction transaction, Subject subject, long number) {
        var known = transaction.lock(versions, subject);
        if (known != null && known.sequence() >= number) {
            return false;
        }
        transaction.write(versions, subject, new Newest(number));
        return true;
    }

    /** The number of the subject's newest event; empty if none has been heard. */
    List<Long> newest(Transaction transaction, Subject subject) {
        var known = transaction.read(versions, subject);
        return known == null ? List.of() : List.of(known.sequence());
    }

    Transaction begin() {
        return new Transaction(this);
    }

    void commit(Transaction transaction) {
        var undo = transaction.apply();
        if (transaction.isWaitedFor()) {
            notOnDisk.clear();
        } else {
            notOnDisk.addAll(undo);
        }
        if (!transaction.appends().isEmpty()) {
            position += 8;
            log.add(new Commit(
                    position,
                    transaction.appends().stream()
                            .map(it -> new Appended(it.sequence(), it.event()))
                            .toList()));
        }
        end(transaction);
        if (!transaction.appends().isEmpty()) {
            committed.raise();
        }
    }

    void end(Transaction transaction) {
        transaction.unlock();
        unlocked.raise();
    }

    void refused(String statement, Refused refusal) {
        refusals.accept(name + ": " + statement + " " + refusal.getMessage());
    }

    /** A process has been stopped: the server ends its transactions when they have been idle for too long, and so frees their rows. */
    public void paused(Node node, long nanos) {
        var patience = idleInTransaction;
        if (patience == null || nanos <= patience.toNanos()) {
            return;
        }
        for (var session : List.copyOf(sessions)) {
            if (session.node() == node && session.isInTransaction()) {
                world.after(patience, () -> {
                    if (!node.runs() && session.isInTransaction()) {
                        session.breakOff();
                    }
                });
            }
        }
    }

    <K, R extends Row> void lock(Transaction transaction, Table<K, R> table, K key) {
        var timeout = lockTimeout;
        var until = timeout == null ? Long.MAX_VALUE : world.nanos() + timeout.toNanos();
        while (true) {
            var owner = table.locks.get(key);
            if (owner == null || owner == transaction) {
                table.locks.put(key, transaction);
                return;
            }
            for (@Nullable Transaction next = owner; next != null; next = next.waitsFor) {
                if (next == transaction) {
                    throw new Deadlock();
                }
            }
            transaction.waitsFor = owner;
            var _ = unlocked.await(until == Long.MAX_VALUE ? Long.MAX_VALUE : until - world.nanos());
            transaction.waitsFor = null;
            if (transaction.ended) {
                throw new BrokenOff();
            }
            if (world.nanos() >= until && table.locks.get(key) != null && table.locks.get(key) != transaction) {
                throw new LockTimeout();
            }
        }
    }

    static SQLException lost(String what) {
        return new SQLException("the connection broke: " + what, "08006");
    }

    /** The session broke while its statement waited. */
    static final class BrokenOff extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** SQLSTATE 40P01. */
    static final class Deadlock extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** SQLSTATE 55P03. */
    static final class LockTimeout extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
