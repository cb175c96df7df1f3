package io.meridian.outbox;

import io.meridian.testkit.HouseRules;
import io.meridian.testkit.HouseRules.MayWait;
import org.junit.jupiter.api.Test;

class HouseRulesTest {

    @Test
    void importsAreAsTheHouseWantsThem() {
        HouseRules.check(
                "io.meridian.outbox",
                new MayWait("io.meridian.outbox.relay.Unconfirmed", "joins only what is done, to hear how it failed"));
    }
}
