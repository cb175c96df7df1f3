package io.meridian.outbox.autoconfigure;

import io.meridian.outbox.hearing.HearingSettings;
import io.meridian.outbox.hearing.InFlightSettings;
import io.meridian.outbox.jdbc.Appending;
import io.meridian.outbox.kafka.RetrySettings;
import io.meridian.outbox.relay.LagAlarm;
import io.meridian.outbox.relay.RelaySettings;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the outbox.
 *
 * @param slot name of the replication slot, unique in the PostgreSQL cluster: a-z, 0-9 and _; by default the application's name with
 *     underscores and "_outbox"
 * @param source the ce_source of published events; by default the application's name
 * @param append where events are written: "table", or "message" for the write-ahead log alone, which can publish nothing again
 * @param maxEvent largest event, payload and headers together; must stay below the topics' max.message.bytes
 * @param relay publishing to Kafka
 * @param retention how long the tables remember
 * @param listener how listeners hear, and what happens to records whose listener fails
 */
@ConfigurationProperties("meridian.outbox")
record OutboxProperties(
        @Nullable String slot,
        @Nullable String source,
        @DefaultValue("table") Appending append,
        @DefaultValue("900KB") DataSize maxEvent,
        @DefaultValue Relay relay,
        @DefaultValue Retention retention,
        @DefaultValue Listener listener) {

    OutboxProperties {
        if (maxEvent.toBytes() < 1 || maxEvent.toBytes() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("meridian.outbox.max-event must be positive and below 2GB, was " + maxEvent);
        }
    }

    String slot(String application) {
        return slot != null ? slot : application.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_") + "_outbox";
    }

    String source(String application) {
        return source != null ? source : application;
    }

    /**
     * How events are published.
     *
     * @param enabled whether this instance relays; another instance of the service may do it for all
     * @param reader what reads the log: "wal" for the driver's own stream, "debezium" for an embedded Debezium, which must then be there
     * @param maxInFlight events handed to Kafka and not acknowledged; reading waits when there are more
     * @param maxInFlightSize the same for their payloads
     * @param firstPause before the first attempt after a failure; doubles with each further one
     * @param longestPause what the doubling ends at
     * @param standbyPause between looks at a slot that another instance holds
     * @param drainTime how long stopping waits for Kafka's acknowledgements
     * @param watchInterval between looks at the slot's lag, each of which leaves a heartbeat in the log
     * @param alarmSize log held back by the slot at which the lag is an alarm; half of max_slot_wal_keep_size is one as well
     * @param alarmAge how long something committed may wait to be published before that is an alarm; as exact as the watch interval
     * @param transactions whether Kafka shows the events of one source transaction together or not at all
     */
    record Relay(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("wal") Reader reader,
            @DefaultValue("500") int maxInFlight,
            @DefaultValue("4MB") DataSize maxInFlightSize,
            @DefaultValue("200ms") Duration firstPause,
            @DefaultValue("5s") Duration longestPause,
            @DefaultValue("1s") Duration standbyPause,
            @DefaultValue("5s") Duration drainTime,
            @DefaultValue("5s") Duration watchInterval,
            @DefaultValue("256MB") DataSize alarmSize,
            @DefaultValue("20s") Duration alarmAge,
            @DefaultValue("false") boolean transactions) {

        /** What reads the log. */
        enum Reader {
            WAL,
            DEBEZIUM
        }

        RelaySettings settings() {
            return new RelaySettings(
                    maxInFlight, maxInFlightSize.toBytes(), firstPause, longestPause, standbyPause, drainTime);
        }

        LagAlarm alarm() {
            return new LagAlarm(alarmSize.toBytes(), alarmAge);
        }
    }

    /**
     * How long the tables remember.
     *
     * @param outbox age at which a said event is forgotten and can no longer be published again
     * @param inbox age at which a heard event is forgotten and would have an effect again; at least the topics' retention and the
     *     outbox's
     * @param interval between two prunings
     * @param batch rows deleted by one statement
     */
    record Retention(
            @DefaultValue("7d") Duration outbox,
            @DefaultValue("14d") Duration inbox,
            @DefaultValue("10m") Duration interval,
            @DefaultValue("1000") int batch) {

        Retention {
            if (!outbox.isPositive() || inbox.compareTo(outbox) < 0) {
                throw new IllegalArgumentException(
                        "meridian.outbox.retention.outbox must be positive and .inbox not shorter, were %s and %s"
                                .formatted(outbox, inbox));
            }
        }
    }

    /**
     * How listeners hear, and what happens to records whose listener fails.
     *
     * @param firstPause before the first repetition; doubles with each further one
     * @param faultyPause what the doubling ends at for a record that is itself the likely reason
     * @param faultyAttempts repetitions of such a record before it becomes a dead letter; 0 for none
     * @param transientPause what the doubling ends at while the database cannot be used; at most a minute
     * @param transientTime how long a record is repeated that meets a reachable but failing database; an unreachable one is waited for
     *     without end
     * @param instance the name under which this instance keeps its partitions while it restarts, unique in the group and the same after
     *     a restart; empty for none: then they go to others as soon as it stops
     * @param drainTime for work in hand to end and be committed, when a partition goes; then it is interrupted
     * @param auditRecords finished records after which committed offsets are compared with what is finished, at most once a second
     * @param auditInterval time after which they are compared all the same
     * @param inFlight how many records are worked on at once
     */
    record Listener(
            @DefaultValue("100ms") Duration firstPause,
            @DefaultValue("2s") Duration faultyPause,
            @DefaultValue("5") int faultyAttempts,
            @DefaultValue("5s") Duration transientPause,
            @DefaultValue("5m") Duration transientTime,
            @DefaultValue("") String instance,
            @DefaultValue("2s") Duration drainTime,
            @DefaultValue("10") int auditRecords,
            @DefaultValue("5s") Duration auditInterval,
            @DefaultValue InFlight inFlight) {

        RetrySettings settings() {
            return new RetrySettings(firstPause, faultyPause, faultyAttempts, transientPause, transientTime);
        }

        HearingSettings hearing() {
            return new HearingSettings(inFlight.settings(), drainTime, auditRecords, auditInterval, instance);
        }
    }

    /**
     * How many records of a listener are worked on at once. They are halved when it is slow and has a backlog, and grow while it is not.
     *
     * @param initial to begin with
     * @param least what halving ends at
     * @param most what growing ends at; below the size of the database's pool, which others use as well
     * @param window how far back latencies are looked at
     * @param slow a p95 above it is slow
     * @param backlog records not committed from which on being slow matters
     * @param goodWindows windows in a row that must not be slow before there are more; each begins a fifth of its length after the last
     * @param growth by which there are more then, at least by one; 0.25 is a quarter
     * @param span records of a partition that may be in hand, or finished, behind one that is not
     */
    record InFlight(
            @DefaultValue("16") int initial,
            @DefaultValue("1") int least,
            @DefaultValue("64") int most,
            @DefaultValue("10s") Duration window,
            @DefaultValue("2s") Duration slow,
            @DefaultValue("5000") long backlog,
            @DefaultValue("3") int goodWindows,
            @DefaultValue("0.25") double growth,
            @DefaultValue("1000") int span) {

        InFlightSettings settings() {
            return new InFlightSettings(initial, least, most, window, slow, backlog, goodWindows, growth, span);
        }
    }
}
