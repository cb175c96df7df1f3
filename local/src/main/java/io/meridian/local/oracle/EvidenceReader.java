package io.meridian.local.oracle;

import io.meridian.local.oracle.Evidence.Heard;
import io.meridian.local.oracle.Evidence.Said;
import io.meridian.local.oracle.Evidence.Section;
import io.meridian.local.oracle.Evidence.Write;
import java.io.IOException;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes evidence from a running platform: its three databases by SQL, its topics and consumer groups by Kafka's own protocol, the services'
 * gauges by their management ports. Changes nothing anywhere, and goes on where it stopped in the topics when it is asked again.
 *
 * <p>Each database is read as of one moment. Payment and inventory are read before the orders and the tables before the topics, so every
 * cause of what is found is found too. A part that cannot be read is told as missing; nothing is thrown.
 *
 * <p>All of it is kept in memory, some 3 KB for each order. For one thread at a time.
 */
public final class EvidenceReader implements AutoCloseable {

    private static final List<Section> DATABASES = List.of(Section.MONEY, Section.STOCK, Section.ORDERS);

    private final Sources sources;
    private final InstantSource clock;
    private final Tables tables;
    private final Gauges gauges;
    private final Topics topics;
    private final Epochs epochs = new Epochs();

    public EvidenceReader(Sources sources) {
        this(sources, InstantSource.system());
    }

    EvidenceReader(Sources sources, InstantSource clock) {
        this.sources = sources;
        this.clock = clock;
        this.tables = new Tables(sources);
        this.gauges = new Gauges(sources.management());
        this.topics = new Topics(sources.kafka());
    }

    /** One look at everything but what clients were answered, which the caller adds. */
    public Evidence read() {
        var taken = new Taking(Evidence.nothing(clock.instant()));
        var said = new ArrayList<Said>();
        var heard = new ArrayList<Heard>();
        var resources = new ArrayList<Write>();
        taken.section(Section.MONEY, () -> tables.payments(said, heard, resources), Evidence::withMoney);
        taken.section(Section.STOCK, () -> tables.inventory(said, heard, resources), Evidence::withStock);
        taken.section(Section.ORDERS, () -> tables.orders(said, heard), Evidence::withOrders);
        if (taken.evidence.missing().keySet().stream().noneMatch(DATABASES::contains)) {
            taken.section(Section.EVENTS, () -> topics.read(said, heard), Evidence::withEvents);
            var found = taken.evidence.orders();
            taken.section(Section.WRITES, () -> epochs.after(resources, found), Evidence::withWrites);
        } else {
            taken.evidence = taken.evidence
                    .lacking(Section.EVENTS, "the outboxes and inboxes could not all be read")
                    .lacking(Section.WRITES, "the epochs could not all be read");
        }
        taken.section(Section.RESOURCES, gauges::read, Evidence::withResources);
        return taken.evidence;
    }

    /** Where it looks. */
    public Sources sources() {
        return sources;
    }

    @Override
    public void close() {
        topics.close();
    }

    /** Something that can fail to be read. */
    @FunctionalInterface
    interface Read<T> {
        T read() throws SQLException, IOException;
    }

    @FunctionalInterface
    private interface Added<T> {
        Evidence to(Evidence evidence, T found);
    }

    private static final class Taking {

        private Evidence evidence;

        Taking(Evidence evidence) {
            this.evidence = evidence;
        }

        <T> void section(Section section, Read<T> read, Added<T> added) {
            try {
                evidence = added.to(evidence, read.read());
            } catch (SQLException | IOException | RuntimeException fault) {
                evidence = evidence.lacking(section, section.title() + " could not be read: " + reason(fault));
            }
        }

        private static String reason(Exception fault) {
            var message = fault.getMessage();
            return message == null
                    ? fault.getClass().getSimpleName()
                    : message.lines().findFirst().orElse(message);
        }
    }
}
