package io.meridian.outbox.changelog;

import io.meridian.outbox.jdbc.Appending;
import io.meridian.outbox.postgres.OutboxSlot;
import io.meridian.outbox.postgres.WalChangeLog;
import io.meridian.outbox.relay.ChangeLog;
import io.meridian.testkit.Database;

class LogicalMessagesIT extends ChangeLogContract {

    @Override
    Appending appending() {
        return Appending.MESSAGE;
    }

    @Override
    ChangeLog log(OutboxSlot slot, Database database) {
        return new WalChangeLog(slot, System::nanoTime);
    }
}
