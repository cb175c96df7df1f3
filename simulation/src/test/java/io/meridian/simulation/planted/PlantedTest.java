package io.meridian.simulation.planted;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.simulation.Virtually;
import io.meridian.simulation.campaign.Catch;
import io.meridian.simulation.schedule.Oracle;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PlantedTest {

    /** A bug that hides for longer would hide from the schedules of a build all too often. */
    private static final long WITHIN = 5_000;

    @ParameterizedTest
    @EnumSource
    void itsOracleSeesThePlantedBug(Planted bug) {
        var caught = Virtually.call(() -> Catch.by(Set.of(oracle(bug)), bug, WITHIN));

        assertThat(caught)
                .as("%s, as %s sees it in the seeds 0 to %d", bug.words(), oracle(bug), WITHIN - 1)
                .isPresent();
    }

    private static Oracle oracle(Planted bug) {
        return switch (bug) {
            case INBOX_DROPPED, INBOX_OF_EACH_INSTANCE, EVENT_SURVIVES_ROLLBACK -> Oracle.ONCE;
            case INBOX_BEFORE_EFFECT, OFFSET_BEFORE_EFFECT, REFUND_NOT_ANNOUNCED -> Oracle.FOLLOWED;
            case ACKNOWLEDGED_BEFORE_COMMIT -> Oracle.ACCOUNTED;
            case PARTITION_BY_CHANCE,
                    RELAY_BY_SEQUENCE,
                    CONFIRMED_WHEN_READ,
                    PUBLISHED_WITHOUT_ANSWER,
                    ID_MINTED_WHEN_PUBLISHED,
                    ANNOUNCED_FIRST,
                    CONFIRMATION_NOT_ANNOUNCED,
                    REJECTION_NOT_ANNOUNCED,
                    CANCELLATION_NOT_ANNOUNCED,
                    VERSION_IGNORED -> Oracle.PUBLISHED;
            case EPOCH_IGNORED -> Oracle.EPOCH;
            case KEY_CLAIMED_LATE, OTHER_BODY_ACCEPTED -> Oracle.SAME_ANSWER;
            case UNFINISHED_NOT_SOUGHT, LEASED_BY_LOCAL_CLOCK, OVERDUE_NOT_SOUGHT -> Oracle.ENDED;
            case LEASE_KEPT -> Oracle.RETURNED;
            case CONFIRMED_WITHOUT_AUTHORISATION -> Oracle.ACKNOWLEDGED;
            case PAYMENT_VERSION_IGNORED,
                    UNKNOWN_TAKEN_FOR_REFUSAL,
                    UNKNOWN_TAKEN_FOR_DONE,
                    CAPTURE_UNDER_NEW_KEY,
                    AUTHORISED_UNDER_NEW_KEY -> Oracle.MONEY;
            case OLDER_AFTER_NEWER, HOLD_STATE_IGNORED, RETURN_WITHOUT_PIECES -> Oracle.STOCK;
            case OVERSOLD -> Oracle.CONSTRAINT;
        };
    }
}
