package io.meridian.simulation.schedule;

import io.meridian.order.model.StoreUnavailable;
import io.meridian.outbox.InboxListener;
import io.meridian.outbox.IncomingEvent;
import io.meridian.outbox.kafka.DependencyDownException;
import io.meridian.outbox.kafka.UnreadableEventException;
import io.meridian.payment.authorising.Payments;
import io.meridian.simulation.engine.World;
import io.meridian.simulation.log.Consumer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** What was seen while a schedule ran and can no longer be seen in its end: deliveries, refusals, faults nobody expected. */
final class Ledger implements InboxListener, Consumer.Witness {

    private final List<String> unexpected = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    private final List<String> olderEpochs = new ArrayList<>();
    private final List<String> contradictions = new ArrayList<>();
    private final List<String> unaccounted = new ArrayList<>();
    private final Map<String, Integer> timesApplied = new LinkedHashMap<>();
    private long received;
    private long applied;
    private long duplicates;
    private long stale;
    private long parked;
    private long interrupted;
    private long commitsRefused;
    private final World world;

    Ledger(World world) {
        this.world = world;
    }

    /** A record in the hands of a listener. */
    static final class Cause {

        final String consumer;
        final String event;
        private int outcomes;

        Cause(String consumer, String event) {
            this.consumer = consumer;
            this.event = event;
        }

        @Override
        public String toString() {
            return consumer + " on " + event;
        }
    }

    /** What the running task works on, if it is a record. */
    @Nullable Cause cause() {
        return world.note() instanceof Cause cause ? cause : null;
    }

    private void ended() {
        var cause = cause();
        if (cause != null) {
            cause.outcomes++;
        }
    }

    List<String> unexpected() {
        return unexpected;
    }

    List<String> refusals() {
        return refusals;
    }

    List<String> olderEpochs() {
        return olderEpochs;
    }

    List<String> contradictions() {
        return contradictions;
    }

    void contradicted(String how) {
        contradictions.add(how);
    }

    List<String> unaccounted() {
        return unaccounted;
    }

    /** How often the inbox let each record have its effect. */
    Map<String, Integer> timesApplied() {
        return timesApplied;
    }

    long received() {
        return received;
    }

    long duplicates() {
        return duplicates;
    }

    long stale() {
        return stale;
    }

    long parked() {
        return parked;
    }

    long applied() {
        return applied;
    }

    long interrupted() {
        return interrupted;
    }

    long commitsRefused() {
        return commitsRefused;
    }

    void refused(String what) {
        refusals.add(what);
    }

    void written(Object order, long epoch, long known) {
        if (epoch < known) {
            olderEpochs.add("order " + order + " was written in epoch " + epoch + ", " + known + " had been seen");
        }
    }

    @Override
    public void applied(String consumer, IncomingEvent event) {
        applied++;
        timesApplied.merge(consumer + " on " + event.id(), 1, Integer::sum);
        ended();
    }

    @Override
    public void duplicate(String consumer, IncomingEvent event) {
        duplicates++;
        ended();
    }

    @Override
    public void stale(String consumer, IncomingEvent event) {
        stale++;
        ended();
    }

    @Override
    public void received(String consumer, ConsumerRecord<String, byte[]> record) {
        received++;
    }

    @Override
    public void parked(String consumer, ConsumerRecord<String, byte[]> record) {
        parked++;
    }

    @Override
    public void failed(String consumer, ConsumerRecord<String, byte[]> record, Exception failure) {
        if (!(failure instanceof UnreadableEventException)) {
            judge(consumer, failure);
        }
    }

    @Override
    public void commitRefused(String consumer) {
        commitsRefused++;
    }

    @Override
    public void interrupted(String consumer) {
        interrupted++;
    }

    /** The listener came back content: exactly one thing must have become of the record. */
    void account(Cause cause) {
        if (cause.outcomes != 1) {
            unaccounted.add(cause + ": acknowledged, and " + cause.outcomes + " outcomes were noted");
        }
    }

    /** Keeps a fault that no fault of the schedule explains. */
    void judge(String where, Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof StoreUnavailable
                    || cause instanceof DataAccessException
                    || cause instanceof TransactionException
                    || cause instanceof DependencyDownException
                    || cause instanceof Payments.Overtaken) {
                return;
            }
        }
        unexpected.add(where + ": " + fault);
    }
}
