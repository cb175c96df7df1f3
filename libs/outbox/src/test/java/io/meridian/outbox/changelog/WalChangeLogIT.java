package io.meridian.outbox.changelog;

import io.meridian.outbox.postgres.OutboxSlot;
import io.meridian.outbox.postgres.WalChangeLog;
import io.meridian.outbox.relay.ChangeLog;
import io.meridian.testkit.Database;

class WalChangeLogIT extends TableContract {

    @Override
    ChangeLog log(OutboxSlot slot, Database database) {
        return new WalChangeLog(slot, System::nanoTime);
    }
}
