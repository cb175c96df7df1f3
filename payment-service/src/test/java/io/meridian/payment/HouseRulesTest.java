package io.meridian.payment;

import io.meridian.testkit.HouseRules;
import org.junit.jupiter.api.Test;

class HouseRulesTest {

    @Test
    void everyRoomImportsOnlyWhatItMay() {
        HouseRules.check("io.meridian.payment");
    }
}
