package io.meridian.outbox.changelog;

import io.meridian.outbox.debezium.DebeziumChangeLog;
import io.meridian.outbox.postgres.OutboxSlot;
import io.meridian.outbox.relay.ChangeLog;
import io.meridian.testkit.Database;

class DebeziumChangeLogIT extends TableContract {

    @Override
    ChangeLog log(OutboxSlot slot, Database database) {
        return new DebeziumChangeLog(slot, database.username(), database.password());
    }
}
