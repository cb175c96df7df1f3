package io.meridian.simulation.relay;

import io.meridian.outbox.StoredEvent;
import io.meridian.outbox.relay.Change;
import io.meridian.outbox.relay.ChangeLog;
import io.meridian.outbox.relay.SlotInUseException;
import io.meridian.simulation.database.Database;
import io.meridian.simulation.engine.Node;
import io.meridian.simulation.engine.World;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The replication slot of one database: remembers the confirmed position, admits one reader, and gives committed transactions in the
 * order of their commits.
 */
public final class Slot {

    /** What may go wrong between a reader and the log. */
    public interface Hazards {

        Hazards NONE = new Hazards() {};

        /** Whether the connection breaks now. */
        default boolean breaks(Node reader) {
            return false;
        }

        /** How long a confirmation takes until it is durable. */
        default long confirms(Node reader) {
            return 1_000_000;
        }

        /** How long the slot stays taken when its reader has gone without a word. */
        default long clings(Node reader) {
            return 500_000_000;
        }
    }

    /** What a planted bug may bend. */
    public interface Bends {

        Bends NONE = new Bends() {};

        /** Whether the table is read by its sequence, instead of the log by its commits. */
        default boolean readsBySequence() {
            return false;
        }

        /** Whether what was read counts as confirmed. */
        default boolean confirmsWhatIsRead() {
            return false;
        }
    }

    private final World world;
    private final Database database;
    private final Hazards hazards;
    private final Bends bends;
    private @Nullable LogReading holder;
    private long confirmed;

    public Slot(World world, Database database, Hazards hazards, Bends bends) {
        this.world = world;
        this.database = database;
        this.hazards = hazards;
        this.bends = bends;
    }

    public long confirmed() {
        return confirmed;
    }

    /** The end of the log. */
    public long end() {
        if (bends.readsBySequence()) {
            return database.outbox().rows().values().stream()
                    .mapToLong(Database.OutboxRow::sequence)
                    .max()
                    .orElse(0);
        }
        var log = database.log();
        return log.isEmpty() ? 0 : log.getLast().position();
    }

    public boolean isHeld() {
        return holder != null;
    }

    /** The way of one process to the log. */
    public ChangeLog from(Node node) {
        return new ChangeLog() {
            @Override
            public String slot() {
                return database.name() + "_outbox";
            }

            @Override
            public Reading open() throws SlotInUseException, IOException {
                if (database.isAway()) {
                    throw new IOException("the database is away");
                }
                if (holder != null) {
                    throw new SlotInUseException("replication slot \"" + slot() + "\" is active");
                }
                var reading = new LogReading(node);
                holder = reading;
                node.whenItDies(reading::lost);
                return reading;
            }
        };
    }

    private final class LogReading implements ChangeLog.Reading {

        private final Node node;
        private final List<StoredEvent> pending = new ArrayList<>();
        private boolean ended;
        private boolean inTransaction;
        private long read = confirmed;
        private int index = firstAfter(confirmed);

        LogReading(Node node) {
            this.node = node;
        }

        private int firstAfter(long position) {
            var log = database.log();
            var index = 0;
            while (index < log.size() && log.get(index).position() <= position) {
                index++;
            }
            return index;
        }

        @Override
        public @Nullable Change poll() throws IOException {
            requireOpen();
            if (bends.confirmsWhatIsRead() && read > confirmed && !inTransaction) {
                confirmed = read;
            }
            if (inTransaction) {
                if (!pending.isEmpty()) {
                    return new Change.Appended(pending.removeFirst());
                }
                inTransaction = false;
                return new Change.Committed(read);
            }
            if (bends.readsBySequence()) {
                return pollBySequence();
            }
            var log = database.log();
            if (index >= log.size()) {
                return null;
            }
            var commit = log.get(index++);
            read = commit.position();
            commit.events().forEach(it -> pending.add(it.event()));
            inTransaction = true;
            return new Change.Appended(pending.removeFirst());
        }

        private @Nullable Change pollBySequence() {
            var next = database.outbox().rows().values().stream()
                    .filter(it -> it.sequence() > read)
                    .min(Comparator.comparingLong(Database.OutboxRow::sequence));
            if (next.isEmpty()) {
                return null;
            }
            read = next.get().sequence();
            inTransaction = true;
            return new Change.Appended(next.get().event());
        }

        @Override
        public void confirm(long position) throws IOException {
            requireOpen();
            world.at(world.nanos() + hazards.confirms(node), () -> {
                if (holder == this) {
                    confirmed = Math.max(confirmed, position);
                }
            });
        }

        @Override
        public long read() {
            return inTransaction ? confirmed : read;
        }

        @Override
        public void keepAlive() throws IOException {
            requireOpen();
        }

        @Override
        public void requireHeld() throws IOException {
            requireOpen();
        }

        @Override
        public void end() {
            close();
        }

        @Override
        public void close() {
            ended = true;
            if (holder == this) {
                holder = null;
            }
        }

        /** The reader is gone without a word: the server notices that late. */
        private void lost() {
            ended = true;
            world.at(world.nanos() + hazards.clings(node), this::close);
        }

        private void requireOpen() throws IOException {
            if (database.isAway() || hazards.breaks(node)) {
                close();
            }
            if (ended || holder != this) {
                throw new IOException("the replication connection broke");
            }
        }
    }

    /** Frees the slot of a reader that has been silent for too long, as wal_sender_timeout does. */
    public void expire(Node node) {
        var reading = holder;
        if (reading != null && reading.node == node) {
            reading.close();
        }
    }
}
